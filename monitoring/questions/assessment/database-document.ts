import { diagnostic } from '../../../core/diagnostic.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import type { StoredDatabase } from '../../../state/repositories/databases.js';
import { shownId } from '../../../state/repositories/ids.js';
import { catalogText, list, nullable, object, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { formatTotals, formatTotalsSchema } from './format-totals.js';

export const databaseSchema = object({
  database_name: catalogText('Database.'),
  description: nullable(catalogText('Description.')),
  location_uri: nullable(catalogText('Default location of its tables.')),
  table_count: nullable(whole('Tables; null: they could not be listed.')),
  link_target: nullable(catalogText('Of a resource link: the database that it names.')),
  migration_ready: whole('Tables that are READY.'),
  needs_conversion: whole('Tables that are NEEDS_CONVERSION.'),
  unknown: whole('Tables that are UNKNOWN.'),
  total_estimated_size_bytes: whole('Of the tables of known size.'),
  tables_of_unknown_size: whole('Tables of unknown size.'),
  formats: list(formatTotalsSchema),
});

export function databaseDocument(row: StoredDatabase): TypeOf<typeof databaseSchema> {
  return {
    database_name: row.database_name,
    description: row.description,
    location_uri: row.location_uri,
    table_count: row.table_count,
    link_target: row.link_target,
    migration_ready: row.migration_ready,
    needs_conversion: row.needs_conversion,
    unknown: row.unknown,
    total_estimated_size_bytes: row.total_estimated_size_bytes,
    tables_of_unknown_size: row.tables_of_unknown_size,
    formats: formatTotals(row.tables_by_format),
  };
}

export function unknownDatabase(name: string, assessmentId: string): Diagnostic {
  return diagnostic({
    code: 'unknown-database',
    path: name,
    message: `${shownId(assessmentId)} does not have the database '${name}'.`,
    fix: 'Write the name exactly as in the assessment; `list_databases` lists the names.',
  });
}
