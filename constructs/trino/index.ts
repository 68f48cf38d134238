export { trinoPort } from './render-node.js';
export type { TrinoCatalog } from './render-catalogs.js';
export { Trino } from './trino.js';
export type { TrinoProps } from './trino.js';
