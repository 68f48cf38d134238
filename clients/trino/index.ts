export { trinoClient } from './client.js';
export type { StatementOptions, TrinoClient, TrinoRows } from './client.js';
export type { TrinoConnection } from './connection.js';
export { isStartUpError, rootCause } from './diagnostics.js';
export type { TrinoDiagnostic } from './diagnostics.js';
export { parseExactly, stringifyExactly } from './exact-json.js';
