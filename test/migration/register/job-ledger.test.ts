import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobLedger } from '../../../migration/register/index.js';
import { noProgress } from '../../../migration/register/ledger.js';
import type { EntryRecord } from '../../../migration/register/ledger.js';
import { saveCheckpoint, listParts } from '../../../state/repositories/job-progress.js';
import type { Checkpoint } from '../../../state/repositories/job-progress.js';
import type { PartProgress } from '../../../state/repositories/job-progress.js';
import { plannedJobs } from '../../support/jobs.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';
import type { State } from '../../../state/index.js';
import { database, manifestOf, run, scene, table } from './registration.js';

describe('the ledger of a job', () => {
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

  async function runningJob() {
    const [id = ''] = await plannedJobs(state, 1);
    await state.db.updateTable('migration_jobs').set({ status: 'RUNNING', fence: 1 }).where('id', '=', id).execute();
    const context = async () => {
      const { items } = valueOf(await listParts(state, id));
      return {
        parts: new Map(items.map((part: PartProgress) => [part.part, part])),
        checkpoint: async (done: Checkpoint) => {
          valueOf(await saveCheckpoint(state, { id, fence: 1 }, done));
        },
      };
    };
    return { id, context };
  }

  test('names like those of credentials are read back after a kill; a credential in a reason is not stored', async () => {
    const { context } = await runningJob();
    const content = { rows: 3, partitions: 'p', columns: { id: 'aaa', password_hash: 'bbb' } };
    const record: EntryRecord = {
      idempotencyKey: 'k',
      state: 'failed',
      progress: {
        ...noProgress,
        definitions: { '"hive"."auth"."user_tokens"': 'f'.repeat(64) },
        inPlace: { content, metadata: 's3://lake/token=1/v1.metadata.json', isForgotten: false },
      },
      reason: 'https://ceph:hunter2@rgw.acme.example answered 403',
    };
    await jobLedger(await context()).save('table:auth.user_tokens', record);
    expect(await jobLedger(await context()).get('table:auth.user_tokens')).toEqual({
      ...record,
      reason: 'https://[redacted]@rgw.acme.example answered 403',
    });
  });

  test('a registration goes on from the rows of its job, in another process too', async () => {
    const { id, context } = await runningJob();
    const it = { ...scene(), ledger: jobLedger(await context()) };
    const lake = database('lake', { catalog: 'iceberg', schema: 'sales' });
    const converted = table('sales.turned', { catalog: 'iceberg', method: 'convert' });
    const manifest = manifestOf([converted], [lake]);
    expect((await run(it, manifest)).counts).toMatchObject({ registered: 2 });

    const rows = valueOf(await listParts(state, id)).items;
    expect(rows.map(({ part, phase, rows_done }) => [part, phase, rows_done])).toEqual([
      ['database:lake', 'registered', 0],
      ['table:sales.turned', 'registered', 3],
    ]);
    const later = { ...it, ledger: jobLedger(await context()) };
    expect((await run(later, manifest)).counts).toMatchObject({ unchanged: 2 });
    expect(it.trino.relation('iceberg.sales.turned').rows).toBe(3);
  });
});

function valueOf<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
