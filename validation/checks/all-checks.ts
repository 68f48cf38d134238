import type { ValidationType } from '../../state/schema/tables.js';

/** In the order in which they are made. */
export const allChecks: readonly ValidationType[] = [
  'schema',
  'row_count',
  'partition',
  'checksum',
  'statistics',
  'sample',
  'query',
];
