export { MigrationRunner } from './migration-runner.js';
