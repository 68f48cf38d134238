import { escapeMarkdown } from '../../core/escape-markdown.js';
import { formatBytes } from '../../core/format-bytes.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { findAssessment } from '../../state/repositories/assessments.js';
import { getTablesByFormat } from '../questions/assessment/get-tables-by-format.js';
import { assessmentDocument } from '../questions/assessment/assessment-document.js';
import { answer } from '../questions/index.js';
import { getMigrationProgress } from '../questions/migration/get-migration-progress.js';
import { getValidationStatus } from '../questions/validation/get-validation-status.js';
import type { State } from '../../state/store/state.js';

/** The report of an assessment, its migration and its validation as Markdown. */
export async function assessmentReport(state: State, reference: string): Promise<Result<string>> {
  const found = await findAssessment(state, reference);
  if (!found.ok) return found;
  const assessment = assessmentDocument(found.value);
  const asked = { assessment_id: assessment.uuid };
  const formats = await answer(state, getTablesByFormat, asked);
  if (!formats.ok) return formats;
  const progress = await answer(state, getMigrationProgress, asked);
  if (!progress.ok) return progress;
  const validation = await answer(state, getValidationStatus, asked);
  if (!validation.ok) return validation;
  const { jobs } = progress.value;
  const { jobs: validated, results } = validation.value;
  return ok(`# ${assessment.id}

Account ${escapeMarkdown(assessment.aws_account_id ?? 'unknown')} in ${escapeMarkdown(assessment.region)}, assessed ${assessment.timestamp} by aws2openstack ${escapeMarkdown(assessment.tool_version)}${assessment.complete ? '' : '; incomplete: something could not be read'}.

| | |
|---|---:|
| databases | ${assessment.total_databases} |
| tables | ${assessment.total_tables} |
| ready | ${assessment.migration_ready} |
| needs conversion | ${assessment.needs_conversion} |
| unknown | ${assessment.unknown} |
| known size | ${formatBytes(assessment.total_estimated_size_bytes)} |
| tables of unknown size | ${assessment.tables_of_unknown_size} |

## Formats

| format | tables | known size |
|---|---:|---:|
${formats.value.formats.map(({ format, tables, size_bytes }) => `| ${escapeMarkdown(format)} | ${tables} | ${formatBytes(size_bytes)} |`).join('\n')}

## Migration

${jobs.total} jobs: ${jobs.completed} completed, ${jobs.running} running, ${jobs.pending} pending, ${jobs.paused} paused, ${jobs.failed} failed, ${jobs.cancelled} cancelled. ${formatBytes(progress.value.bytes_copied)} of ${formatBytes(progress.value.bytes_total)} copied.

## Validation

${validated.passed} passed, ${validated.warning} with warnings, ${validated.failed} failed, ${validated.none} not validated.

| check | passed | warning | failed |
|---|---:|---:|---:|
${results.map(({ validation_type, passed, warning, failed }) => `| ${validation_type} | ${passed} | ${warning} | ${failed} |`).join('\n')}
`);
}
