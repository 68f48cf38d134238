import { statSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { fail } from '../core/result.js';
import { findAssessment, findAssessmentOfReport } from '../state/repositories/assessments.js';
import type { State } from '../state/store/state.js';

/** The stored assessment that a person names: by its id, as `latest`, or by its report or the report's folder. */
export async function givenAssessment(state: Pick<State, 'db'>, given: string): ReturnType<typeof findAssessment> {
  const stats = given === 'latest' ? undefined : statSync(given, { throwIfNoEntry: false });
  if (stats === undefined) return await findAssessment(state, given);
  // Loaded for a report alone.
  const { fileNames, readAssessment, reportSha256 } = await import('../assessments/index.js');
  const report = await readAssessment(stats.isDirectory() ? join(given, fileNames.report) : given);
  if (!report.ok) return report;
  const id = await findAssessmentOfReport(state, reportSha256(report.value));
  return id === undefined ? fail([notStored(given)]) : await findAssessment(state, id);
}

function notStored(path: string): Diagnostic {
  return diagnostic({
    code: 'assessment-not-stored',
    path,
    message: 'The store does not have the assessment of this report.',
    fix: 'Run `aws2openstack migrate start`, which stores it, with the same DATABASE_URL; `aws2openstack assessments list` shows what is stored.',
  });
}
