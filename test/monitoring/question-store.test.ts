import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ok } from '../../core/result.js';
import { QuestionStore } from '../../monitoring/mcp/question-store.js';
import { openState } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { problemOf, valueOf } from '../support/pages.js';
import { opened, serverLocation, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { until } from '../support/jobs.js';

let engine: StateEngine;
let location: StateLocation;
beforeAll(async () => {
  engine = await startEngine('embedded');
  location = await engine.fresh();
});
afterAll(() => engine.stop());

const count = async ({ db }: State) => ok((await db.selectFrom('assessments').select('id').execute()).length);

test('the embedded store is released soon after the last question, and opened again for the next one', async () => {
  const store = new QuestionStore(location, { purpose: 'test', idleMs: 0 });
  const together = await Promise.all([store.use(count), store.use(count)]);
  expect(together.map(valueOf)).toEqual([0, 0]);
  const other = await until(async () => {
    const tried = await openState(location, { access: 'read', purpose: 'a command' });
    return tried.ok ? tried.value : undefined;
  });
  expect(problemOf(await store.use(count)).code).toBe('store-in-use');
  await other.close();
  expect(valueOf(await store.use(count))).toBe(0);
  // It waits until its own release is done.
  void store.close();
  expect(valueOf(await store.use(count))).toBe(0);
  await store.close();
});

test('a question waits for a command that has the embedded store', async () => {
  const command = await opened(location);
  const store = new QuestionStore(location, { purpose: 'test', idleMs: 0, waitMs: 60_000 });
  const asked = store.use(count);
  await command.close();
  expect(valueOf(await asked)).toBe(0);
  await store.close();
});

test('a server that does not answer is one diagnostic, each time', async () => {
  const store = new QuestionStore(serverLocation('postgresql://nobody@127.0.0.1:1/none'), {
    purpose: 'test',
    idleMs: 0,
  });
  for (let time = 0; time < 2; time += 1)
    expect(problemOf(await store.use(count))).toMatchObject({ code: 'database-econnrefused' });
  await store.close();
});

test('a bug is not taken for a failure of the store', async () => {
  const store = new QuestionStore(location, { purpose: 'test', idleMs: 0 });
  await expect(store.use(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  await store.close();
});
