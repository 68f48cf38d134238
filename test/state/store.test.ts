import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  beforeAll(async () => {
    engine = await startEngine(name);
  });
  afterAll(() => engine.stop());

  test('an empty database is set up on first use', async () => {
    const state = await opened(await engine.empty());
    expect(await state.db.selectFrom('assessments').selectAll().execute()).toEqual([]);
    await state.close();
  });
  test('fresh', async () => {
    const state = await opened(await engine.fresh());
    expect(await state.db.selectFrom('assessments').selectAll().execute()).toEqual([]);
    await state.close();
  });
});
