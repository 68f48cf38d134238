import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connector } from '../../cli/migrate/connections.js';
import { ok } from '../../core/result.js';
import { tableJob, tableQueue } from '../../migration/run/index.js';
import type { RunConnections, RunPorts } from '../../migration/run/index.js';
import { listAssessments, runProgress, runWorker } from '../../state/index.js';
import { FakeTrino } from '../migration/register/fake-trino.js';
import { until } from '../support/jobs.js';
import { valueOf } from '../support/pages.js';
import { cli } from '../support/run-cli.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { fixture, fixtureNames } from './fixture.js';
import type { Fixture, JobSides } from './fixture.js';
import { contentOf, jobObjects, JobStore, startSource } from './job-store.js';
import { restore } from './restore.js';

jest.setTimeout(180_000);

const env = {
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  A2O_TARGET_ACCESS_KEY_ID: 'a',
  A2O_TARGET_SECRET_ACCESS_KEY: 'b',
};
const withJob = fixtureNames.map(fixture).filter((each): each is Fixture & { job: JobSides } => each.job !== null);

test('there are fixtures with a job, of the first version that had migrations and of the last one', () => {
  expect(withJob.map(({ name }) => name)).toEqual(['job', 'last']);
});

describe.each(engineNames)('a job that a worker of an earlier artefact has left in flight, %s', (engineName) => {
  let engine: StateEngine;
  let source: JobStore;
  const before = { ...process.env };
  beforeAll(async () => {
    engine = await startEngine(engineName);
    source = await startSource();
    Object.assign(process.env, env);
  });
  afterAll(async () => {
    process.env = before;
    await source.stop();
    await engine.stop();
  });

  test.each(withJob.map((each) => [each.name, each] as const))(
    '%s: the new version goes on with it, and every object is stored once',
    async (_name, { sql, job }) => {
      const target = new JobStore();
      for (const name of job.copied) target.contents.set(name, contentOf(name));
      await target.start();
      const moved = sql.replaceAll(job.source, source.url).replaceAll(job.target, target.url);
      const location = await restore(engine, moved);
      expect((await cli(['state', 'migrate'], engine.env(location))).code).toBe(0);
      const state = await opened(location);
      const sides = valueOf(connector({ env } as unknown as Parameters<typeof connector>[0], { readBackShare: 1 }));
      const trino = new FakeTrino();
      const open = (connections: RunConnections) => {
        const ports: RunPorts = { ...valueOf(sides.open(connections)), trino };
        return ok(ports);
      };
      const end = new AbortController();
      const problems: string[] = [];
      const messages: string[] = [];
      const working = runWorker(state, {
        handlers: { [tableQueue]: tableJob({ state, open, limitSeconds: 1 }) },
        concurrency: 2,
        signal: end.signal,
        onProblem: ({ message }) => problems.push(message),
        onEvent: (event) => {
          if (event.kind === 'message') messages.push(event.message);
        },
        times: { pollSeconds: 0.2, watchSeconds: 0.5 },
      });
      try {
        const [assessment] = await listAssessments(state, { limit: 1 });
        const tables = await until(async () => {
          const found = await runProgress(state, { assessmentId: assessment?.id ?? '', part: 'objects' });
          if (found.some(({ status }) => status === 'FAILED' || status === 'PAUSED'))
            throw new Error(JSON.stringify(found));
          return found.every(({ status }) => status === 'COMPLETED') ? found : undefined;
        });
        expect(tables.map(({ table, objects, objects_done }) => [table, objects, objects_done])).toEqual([
          ['budget', 3, 3],
          ['fx_rates', 3, 3],
        ]);
      } finally {
        end.abort();
        await working;
        await sides.close();
        await state.close();
        await target.stop();
      }
      expect(target.puts.toSorted()).toEqual(jobObjects.filter((name) => !job.copied.includes(name)));
      expect([...target.contents].toSorted()).toEqual(jobObjects.map((name) => [name, contentOf(name)]));
      expect([...trino.relations.keys()].filter((name) => !name.includes('_raw')).length).toBeGreaterThanOrEqual(2);
      expect(problems).toEqual([]);
      // Of the table that still was in the queue: the other one is not listed again.
      expect(messages).toEqual(['3 objects are listed']);
    },
  );
});
