import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSha256 } from '../../assessments/index.js';
import type { Assessment } from '../../assessments/index.js';
import { planFromFiles, planSha256 } from '../../mappings/index.js';
import type { NewValidationResult, ValidationStatus, ValidationType } from '../../state/index.js';
import { appendValidationResults, createJobs, storeAssessment, storeRun, tableIds } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { advanceJob } from '../../state/repositories/migration-jobs.js';
import { jobOf } from './jobs.js';
import { valueOf } from './pages.js';
import { opened } from './state-engines.js';
import type { StateEngine } from './state-engines.js';

const checks = ['schema', 'row_count', 'checksum', 'statistics', 'sample'] as const;
const engines = [{ service: 'trino', instance: 'a', catalog: 'c', version: '476', vectors: 64, alike: 64, asText: [] }];

export interface ValidatedStore {
  readonly state: State;
  readonly assessmentId: string;
  /** Ids of the jobs that moved the tables, by `JSON.stringify([database, table])`. */
  readonly jobs: ReadonlyMap<string, string>;
  /** To run commands on the store; close `state` first. */
  readonly env: Record<string, string>;
}

/** A store in which every table that the default mapping maps is moved, and passed its checks but those of `statusOf`. */
export async function validatedStore(
  engine: StateEngine,
  folder: string,
  assessment: Assessment,
  statusOf: (table: readonly [string, string], check: ValidationType) => ValidationStatus = () => 'passed',
): Promise<ValidatedStore> {
  writeFileSync(join(folder, 'glue-catalog-assessment.json'), JSON.stringify(assessment));
  const planned = valueOf(await planFromFiles({ assessment: folder, mapping: 'default' }));
  const location = await engine.fresh();
  const state = await opened(location);
  const sha256 = reportSha256(planned.assessment);
  const assessmentId = await storeAssessment(state, planned.assessment, { sha256, once: true });
  const connections = { source: { endpoint: 'http://127.0.0.1:1', region: 'eu-central-1' } };
  await storeRun(state, { assessmentId, planSha256: planSha256(planned.plan), connections, limits: {} });
  const ids = await tableIds(state, assessmentId);
  const jobs = new Map<string, string>();
  for (const { source } of planned.plan.tables) {
    const name = [source.database, source.name] as const;
    const tableId = ids.get(JSON.stringify(name)) ?? '';
    for (const { id } of await createJobs(state, { assessmentId, tableIds: [tableId], jobType: 'COPY' })) {
      jobs.set(JSON.stringify(name), id);
      valueOf(await advanceJob(state, await jobOf(state, id), { to: 'RUNNING' }));
      valueOf(await advanceJob(state, await jobOf(state, id), { to: 'COMPLETED' }));
      await appendValidationResults(
        state,
        checks.map((check) => resultOf(id, check, statusOf(name, check))),
      );
    }
  }
  return { state, assessmentId, jobs, env: { ...engine.env(location), PATH: process.env['PATH'] ?? '' } };
}

/** As a validation stores it that ends now. */
export function resultOf(migrationJobId: string, check: ValidationType, status: ValidationStatus): NewValidationResult {
  return {
    ...{ migration_job_id: migrationJobId, validation_type: check, status },
    ...{ source_value: '1', target_value: '1', difference: status === 'failed' ? '7 rows' : null },
    details: { runId: 'r', engines },
  };
}
