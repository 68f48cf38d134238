import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeManifest } from '../../registration/index.js';
import { parseEntry } from '../../registration/read-manifest.js';
import type { State } from '../../state/index.js';
import { listParts, saveCheckpoint } from '../../state/repositories/job-progress.js';
import { advanceJob, createJobs, findJob } from '../../state/repositories/migration-jobs.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { readAll, valueOf } from '../support/pages.js';
import { bucket, planWith } from '../support/plan-builder.js';
import { registeredTables } from '../support/registered-tables.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

let engine: StateEngine;
let state: State;
beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
});
afterAll(async () => {
  await state.close();
  await engine.stop();
});

test('entries of every kind come back from a job row as they were made', async () => {
  const assessmentId = await storeAssessment(state, assessmentWith([table('sales.orders')]));
  const { id: tableId } = await state.db.selectFrom('tables').select('id').executeTakeFirstOrThrow();
  const [planned] = await createJobs(state, { assessmentId, tableIds: [tableId], jobType: 'COPY' });
  const id = planned?.id ?? '';
  const pending = await findJob(state, id);
  if (pending === undefined) throw new Error('the job is missing');
  const job = valueOf(await advanceJob(state, pending, { to: 'RUNNING' }));

  const { catalogs } = makeManifest(planWith({ buckets: [bucket('raw')], tables: registeredTables }));
  const entries = [...catalogs.values()].flat();
  for (const entry of entries) {
    const figures = { bytesDone: 0, filesTotal: null, filesDone: 0, rowsDone: 0 };
    const { key: part, phase, expected } = entry;
    const totals = { bytesTotal: expected.bytes.value, rowsTotal: expected.rows.value };
    valueOf(await saveCheckpoint(state, job, { part, phase, ...figures, ...totals, checkpoint: entry }));
  }
  const items = await readAll((page) => listParts(state, id, page), 100);
  const back = items.map(({ checkpoint }) => valueOf(parseEntry(checkpoint)));
  expect(back).toHaveLength(entries.length);
  expect(back).toEqual(expect.arrayContaining(entries));
});
