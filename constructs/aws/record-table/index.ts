export { RecordTable } from './record-table.js';
