import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { State } from '../../state/index.js';
import { likePattern } from '../../state/repositories/name-pattern.js';
import { listPlanItems, storePlanItems } from '../../state/repositories/plan-items.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { readAll } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

const names = [
  'sales.orders',
  'sales.Orders',
  'SALES.orders',
  'Sales.ORDERS_2',
  'logs.a_b',
  'logs.axb',
  'logs.größe',
  'logs.GRÖSSE',
];
const keys = names.map((name) => `table:${name}` as const).sort();

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let assessmentId: string;
  const planSha256 = 'c'.repeat(64);

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    assessmentId = await storeAssessment(state, assessmentWith([table('sales.orders')]));
    const items = keys.map((key) => ({ key, outcome: 'mapped', what: 'lake', rule: null, at: null }) as const);
    await storePlanItems(state, { assessmentId, planSha256 }, items);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test.each(['orders', 'ORDERS', '*orders*', 'sales.*', 'a_b', 'l*b', 'größe', '*', 'orders*', 'none'])(
    'pages of a search for %s hold each asset that matches once, in order, capitals or not',
    async (pattern) => {
      const found = await readAll((page) => listPlanItems(state, { assessmentId, planSha256, pattern }, page), 2);
      expect(found.map(({ asset_key }) => asset_key)).toEqual(keys.filter((key) => isLike(key, pattern)));
    },
  );
});

/** By the definition: the whole name, or its part after a dot. */
function isLike(key: string, pattern: string): boolean {
  const expression = likePattern(pattern).replaceAll('\\_', '_').replace(/[.]/g, '\\.').replaceAll('%', '.*');
  const folded = key.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return new RegExp(`[:.]${expression}$`, 'u').test(folded);
}
