import type { ListedResult } from '../../../state/repositories/validation-reports.js';
import type { ValidationResult } from '../../../state/repositories/validation-results.js';
import { validationStatus } from '../migration/job-document.js';
import { catalogText, nullable, object, oneOf, text, time } from '../schema.js';
import type { TypeOf } from '../schema.js';

export const validationType = oneOf(
  ['row_count', 'checksum', 'schema', 'sample', 'statistics', 'partition', 'query'],
  'The check.',
);

export const checkProperties = {
  validation_type: validationType,
  status: validationStatus,
  source_value: nullable(catalogText('What the source answered.')),
  target_value: nullable(catalogText('What the target answered.')),
  difference: nullable(catalogText('In one sentence.')),
  validated_at: time('When both were asked.'),
};
export const checkSchema = object(checkProperties);

export function checkDocument(row: ValidationResult): TypeOf<typeof checkSchema> {
  return {
    validation_type: row.validation_type,
    status: row.status,
    source_value: row.source_value,
    target_value: row.target_value,
    difference: row.difference,
    validated_at: row.validated_at.toISOString(),
  };
}

export const listedCheckSchema = object({
  database_name: catalogText('Database.'),
  table_name: catalogText('Table.'),
  job_id: text('The job that moved the table.'),
  ...checkProperties,
});

export function listedCheckDocument(row: ListedResult): TypeOf<typeof listedCheckSchema> {
  const { database_name, table_name, migration_job_id: job_id } = row;
  return { database_name, table_name, job_id, ...checkDocument(row) };
}
