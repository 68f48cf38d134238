import { patternOf } from '../../url/pattern.js';
import { changed, formatAddress, many, one } from '../../url/address.js';
import type { Query, QueryChange } from '../../url/address.js';

export const formats = [
  'ICEBERG',
  'PARQUET',
  'ORC',
  'AVRO',
  'CSV',
  'JSON',
  'TEXT',
  'DELTA',
  'HUDI',
  'VIEW',
  'RESOURCE_LINK',
  'UNKNOWN',
] as const;
export const readiness = ['READY', 'NEEDS_CONVERSION', 'UNKNOWN'] as const;

/** The filters in the address, as the question takes them. */
export function filtersOf(query: Query, assessmentId: string): QueryChange {
  return {
    assessment_id: assessmentId,
    database: one(query, 'database'),
    search: patternOf(one(query, 'search')),
    formats: many(query, 'formats'),
    readiness: many(query, 'readiness'),
    min_size_gb: one(query, 'min'),
    max_size_gb: one(query, 'max'),
    sort: one(query, 'sort'),
    direction: one(query, 'direction'),
  };
}

/** In the address. */
export const filterNames = ['database', 'search', 'formats', 'readiness', 'min', 'max'] as const;

/** Where the same tables are as CSV. */
export function csvAddress(query: Query, assessmentId: string): string {
  return formatAddress({ path: '/api/tables.csv', query: changed({}, filtersOf(query, assessmentId)) });
}
