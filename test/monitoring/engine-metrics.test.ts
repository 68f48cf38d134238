import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { answer } from '../../monitoring/questions/index.js';
import { getEngineMetrics } from '../../monitoring/questions/migration/get-engine-metrics.js';
import type { State } from '../../state/index.js';
import { latestEngineMetrics, storeEngineMetrics } from '../../state/repositories/engine-metrics.js';
import type { NewEngineMetric } from '../../state/repositories/engine-metrics.js';
import { valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

const now = new Date();
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
const latency = (minutes: number, value: number, resource = 'task-1'): NewEngineMetric => ({
  engine: 'DMS',
  resource,
  metric_name: 'CDCLatencyTarget',
  measured_at: ago(minutes),
  value,
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  beforeEach(async () => {
    await state.db.deleteFrom('engine_metrics').execute();
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test('two workers that read the same figures store them once, and a later word counts', async () => {
    await storeEngineMetrics(state, [latency(2, 40), latency(1, 30)]);
    await storeEngineMetrics(state, [latency(1, 35), latency(2, 40)]);
    const stored = await state.db.selectFrom('engine_metrics').select('value').orderBy('measured_at').execute();
    expect(stored).toEqual([{ value: 40 }, { value: 35 }]);
  });

  test('figures are kept for a week', async () => {
    await storeEngineMetrics(state, [latency(8 * 24 * 60, 1), latency(6 * 24 * 60, 2)]);
    await storeEngineMetrics(state, []);
    expect(await state.db.selectFrom('engine_metrics').select('value').execute()).toEqual([{ value: 2 }]);
  });

  test('the newest of each is found, unless it is too old', async () => {
    await storeEngineMetrics(state, [latency(5, 50), latency(3, 30), latency(90, 1, 'task-2')]);
    expect(await latestEngineMetrics(state, { since: ago(60) })).toEqual([latency(3, 30)]);
  });

  test('the question says what a metric means, in which unit, and of which service it is', async () => {
    const bytes = { engine: 'DATASYNC', resource: 'task-0a', metric_name: 'BytesTransferred' } as const;
    await storeEngineMetrics(state, [latency(3, 30), { ...bytes, measured_at: ago(2), value: 5e9 }]);
    const ask = async (input: object) => valueOf(await answer(state, getEngineMetrics, input));
    expect(await ask({ engine: 'DMS' })).toEqual({
      metrics: [
        {
          engine: 'DMS',
          resource: 'task-1',
          metric: 'CDCLatencyTarget',
          meaning: 'how far writing is behind the source',
          unit: 'seconds',
          value: 30,
          measured_at: ago(3).toISOString(),
        },
      ],
    });
    expect(await ask({})).toMatchObject({ metrics: [{ engine: 'DATASYNC', unit: 'bytes' }, { engine: 'DMS' }] });
    expect(await ask({ minutes: 1 })).toEqual({ metrics: [] });
  });
});
