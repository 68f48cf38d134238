import { ok } from '../../../core/result.js';
import { driftTrend } from '../../../state/repositories/drift.js';
import { reference } from '../assessment/assessment-document.js';
import { validationStatus } from '../migration/job-document.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, object, text, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { findReference, namedTableDocument, namedTableSchema, tableName } from '../table-input.js';
import { validationType } from './check-document.js';

const input = object(
  { table_name: tableName, days: whole('Days back from now.', { minimum: 1, maximum: 366 }) },
  { assessment_id: reference('without it, all') },
);
const output = object({
  table: namedTableSchema,
  days: list(
    object({
      day: text('UTC, such as 2026-11-21.'),
      validation_type: validationType,
      results: whole('Results of that day.'),
      failed: whole('Of them failed.'),
      status: validationStatus,
      source_value: nullable(catalogText('Of the last result.')),
      target_value: nullable(catalogText('Of the last result.')),
      difference: nullable(catalogText('Of the last result.')),
    }),
    'Days with results, the newest first.',
  ),
});

export const getDataDriftTrend: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_data_drift_trend',
  title: 'Drift of a table',
  description: 'How source and target of a table differed day by day, over all assessments of its catalog.',
  input,
  output,
  ask: async (state, asked) => {
    const assessment = await findReference(state, asked);
    if (!assessment.ok) return assessment;
    const { table_name, days } = asked;
    const trend = await driftTrend(state, { tableName: table_name, days, until: new Date(), ...assessment.value });
    if (!trend.ok) return trend;
    return ok({ table: namedTableDocument(trend.value.table), days: trend.value.days });
  },
};
