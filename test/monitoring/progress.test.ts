import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Answers } from '../../monitoring/dashboard/web/api/answers.js';
import { progressOf as shownProgress } from '../../monitoring/dashboard/web/views/migration/progress.js';
import { fillStore } from '../../environments/dashboard/fill-store.js';
import { measure } from '../../environments/dashboard/live.js';
import { moveFigures } from '../../state/repositories/move-figures.js';
import type { State } from '../../state/index.js';
import { serveDashboard } from '../support/dashboard.js';
import type { ServedDashboard } from '../support/dashboard.js';
import { EventViewer } from '../support/event-viewer.js';
import { plannedJobs, until } from '../support/jobs.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

describe.each(engineNames)('how much is to be moved, %s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  interface JobRow {
    readonly status: string;
    readonly bytes_copied: number;
    readonly bytes_total: number | null;
    readonly estimated_bytes: number | null;
  }

  test.each([
    // Not listed: as assessed, and never less than was copied.
    [{ status: 'PENDING', bytes_copied: 0, bytes_total: null, estimated_bytes: 100 }, 100, 1],
    [{ status: 'PENDING', bytes_copied: 0, bytes_total: null, estimated_bytes: null }, 0, 1],
    [{ status: 'RUNNING', bytes_copied: 130, bytes_total: null, estimated_bytes: 100 }, 130, 1],
    // Listed: the estimate counts no longer.
    [{ status: 'RUNNING', bytes_copied: 10, bytes_total: 80, estimated_bytes: 100 }, 80, 0],
    [{ status: 'FAILED', bytes_copied: 90, bytes_total: 80, estimated_bytes: 100 }, 90, 0],
    // What needed no listing has nothing left.
    [{ status: 'COMPLETED', bytes_copied: 0, bytes_total: null, estimated_bytes: 100 }, 0, 0],
    [{ status: 'COMPLETED', bytes_copied: 70, bytes_total: 80, estimated_bytes: 100 }, 80, 0],
  ] satisfies readonly (readonly [JobRow, number, number])[])(
    '%j: %i bytes, %i not listed',
    async (row, bytes, open) => {
      const [job = ''] = await plannedJobs(state, 1);
      await state.db
        .updateTable('migration_jobs')
        .set(row as never)
        .where('id', '=', job)
        .execute();
      const { assessment_id: assessment } = await state.db
        .selectFrom('migration_jobs')
        .select('assessment_id')
        .where('id', '=', job)
        .executeTakeFirstOrThrow();
      expect((await moveFigures(state, [assessment])).get(assessment)).toEqual({
        bytes_copied: row.bytes_copied,
        bytes_total: bytes,
        rows_copied: 0,
        not_listed: open,
      });
    },
  );

  test('jobs that were cancelled, and validations, do not count', async () => {
    const [job = ''] = await plannedJobs(state, 1);
    await sql`UPDATE migration_jobs SET status = 'CANCELLED', estimated_bytes = 5 WHERE id = ${job}`.execute(state.db);
    const rows = await sql<{ id: string }>`
      SELECT assessment_id AS id FROM migration_jobs WHERE id = ${job}`.execute(state.db);
    expect(await moveFigures(state, [rows.rows[0]?.id ?? ''])).toEqual(new Map());
  });
});

describe('the question, the live view and the metrics', () => {
  let engine: StateEngine;
  let state: State;
  let app: ServedDashboard;
  let assessment: string;
  beforeAll(async () => {
    engine = await startEngine('embedded');
    state = await opened(await engine.fresh());
    ({ assessmentId: assessment } = await fillStore(state, { now: new Date(), assessments: 1, tables: 120 }));
    app = await serveDashboard(state);
  });
  afterAll(async () => {
    await app.close();
    await state.close();
    await engine.stop();
  });

  test('say the same, while most tables are not listed yet', async () => {
    await sql`UPDATE migration_jobs SET bytes_total = NULL WHERE status = 'PENDING'`.execute(state.db);
    const running = await state.db.selectFrom('migration_jobs').select('id').where('status', '=', 'RUNNING').execute();
    for (const { id } of running) await measure(state, id, 64_000_000);
    const { json } = await app.ask('/api/questions/get_migration_progress', 'viewer');
    const asked = json as Answers['get_migration_progress'];
    expect(asked).toMatchObject({ bytes_per_second: 64_000_000 * running.length, bottleneck: 'network' });
    expect(asked.jobs_not_listed).toBeGreaterThan(0);
    expect(asked.bytes_total).toBeGreaterThan(asked.bytes_copied);
    const viewer = new EventViewer(app.origin);
    const live = await until(() => {
      const message = viewer.messages.findLast(({ event }) => event === 'progress');
      return message?.event === 'progress' ? message.data.runs.find((run) => run.assessment === assessment) : undefined;
    });
    await viewer.close();
    const { jobs, bytes_copied, bytes_total, not_listed, rate, eta_seconds, bottleneck } = live;
    expect(shownProgress(asked, undefined)).toEqual({
      ...{ jobs, bytes_copied, bytes_total, not_listed, rate, eta_seconds, bottleneck },
    });
    const { text } = await app.ask('/metrics', 'viewer');
    const metric = (which: string): number =>
      Number(new RegExp(`^aws2openstack_migration_${which}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);
    expect([metric('copied_bytes'), metric('expected_bytes')]).toEqual([asked.bytes_copied, asked.bytes_total]);
    const { rows } = await sql<{ total: number }>`
      SELECT sum(greatest(bytes_copied, coalesce(bytes_total,
        CASE WHEN status = 'COMPLETED' THEN 0 ELSE estimated_size_bytes END, 0)))::bigint AS total
      FROM migration_jobs JOIN tables ON tables.id = table_id
      WHERE migration_jobs.assessment_id = ${assessment} AND job_type <> 'VALIDATE' AND status <> 'CANCELLED'`.execute(
      state.db,
    );
    expect(asked.bytes_total).toBe(rows[0]?.total);
  });
});
