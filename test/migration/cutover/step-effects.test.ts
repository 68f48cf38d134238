import { expect, test } from '@jest/globals';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import { prerequisitesOf } from '../../../migration/cutover/prerequisites.js';
import type { CutoverFacts, TableFacts } from '../../../migration/cutover/prerequisites.js';
import type { LoggedEvent } from '../../../migration/cutover/run-cutover.js';
import type { SourceChanges } from '../../../migration/cutover/source-changes.js';
import { stepEffects } from '../../../migration/cutover/step-effects.js';
import type { StepEffectOptions } from '../../../migration/cutover/step-effects.js';

const table = (fields: Partial<TableFacts> = {}): TableFacts => ({
  name: 'sales.orders',
  job: 'COMPLETED',
  error: null,
  open: [],
  signed: [],
  ...fields,
});
const facts = (fields: Partial<CutoverFacts> = {}): CutoverFacts => ({
  tables: [table()],
  leftBehind: [],
  skipped: 0,
  ...fields,
});
const unchanged: SourceChanges = { tables: 1, objects: 3, differing: [], sha256: 'none' };
const changed = (sha256: string): SourceChanges => ({
  ...unchanged,
  differing: [
    { table: 'sales.orders', added: 1, changed: 0, gone: 2, examples: ['added s3://acme-raw/sales/orders/7.parquet'] },
  ],
  sha256,
});
const signed = { table: 'sales.raw', check: 'moved', signedBy: 'ada', signedAt: '2026-11-29', reason: 'old' };
const source = { changes: unchanged, acceptedBy: null, hasFreeze: true, isBeforeFinalPass: false };

const standings = (own: CutoverFacts, more: Partial<typeof source> | { readonly changes: SourceChanges | null } = {}) =>
  Object.fromEntries(prerequisitesOf(own, { ...source, ...more }).map(({ name, standing }) => [name, standing]));

const allHold = {
  'tables-moved': 'holds',
  'checks-passed': 'holds',
  'nothing-left-behind': 'holds',
  'source-frozen': 'holds',
  'source-unchanged': 'holds',
};

test('what was moved, passed, and has not changed may be cut over to', () => {
  expect(standings(facts())).toEqual(allHold);
});

test.each([
  ['a table without a job', facts({ tables: [table(), table({ name: 'a.b', job: null })] }), 'tables-moved'],
  ['a table whose job failed', facts({ tables: [table(), table({ job: 'FAILED', error: 'denied' })] }), 'tables-moved'],
  ['a check that failed', facts({ tables: [table({ open: ['row_count failed: 7'] })] }), 'checks-passed'],
  [
    'a blocked asset that nobody signed for',
    facts({ leftBehind: [{ name: 'a.b', reason: 'Hudi', signed: null }] }),
    'nothing-left-behind',
  ],
])('%s blocks', (_name, own, blocks) => {
  expect(standings(own)).toEqual({ ...allHold, [blocks]: 'blocks' });
});

test.each([
  ['no tables at all', facts({ tables: [] })],
  ['no table that is moved', facts({ tables: [table({ job: 'PENDING' })] })],
])('of %s nothing holds', (_name, own) => {
  const changes = { ...unchanged, tables: 0, objects: 0 };
  expect(standings(own, { changes })).toMatchObject({
    'tables-moved': 'blocks',
    'checks-passed': 'blocks',
    'source-unchanged': 'noted',
  });
});

test('who signs for what stays behind lets it pass, and the problems name what does not hold', () => {
  expect(standings(facts({ leftBehind: [{ name: 'sales.raw', reason: 'Hudi', signed }] }))).toEqual(allHold);
  const many = Array.from({ length: 30 }, (_, index) =>
    table({ name: `a.t${index}`, job: 'FAILED', error: 'denied\nmore' }),
  );
  const [moved] = prerequisitesOf(facts({ tables: many }), source);
  expect(moved?.problems).toHaveLength(21);
  expect([moved?.problems[0], moved?.problems.at(-1)]).toEqual(['a.t0: failed: denied', 'and 10 more']);
});

test('changes of the source block, unless a final pass follows or somebody accepted them', () => {
  const changes = changed('one');
  expect(standings(facts(), { changes })).toMatchObject({ 'source-unchanged': 'blocks' });
  expect(standings(facts(), { changes, isBeforeFinalPass: true })).toMatchObject({ 'source-unchanged': 'noted' });
  expect(prerequisitesOf(facts(), { ...source, changes, acceptedBy: 'ada' }).at(-1)).toMatchObject({
    standing: 'holds',
    evidence: expect.stringContaining('which ada accepted'),
  });
  expect(standings(facts(), { changes: null })).toMatchObject({ 'source-unchanged': 'noted' });
  expect(prerequisitesOf(facts(), { ...source, changes }).at(-1)?.problems).toEqual([
    'sales.orders: 1 added, 0 changed, 2 gone (added s3://acme-raw/sales/orders/7.parquet)',
  ]);
});

function options(fields: Partial<StepEffectOptions> = {}): StepEffectOptions {
  return {
    log: { events: [] },
    cutoverId: '1a2b',
    settings: { apiVersion: 'aws2openstack/v1', kind: 'Cutover', steps: {} },
    folder: '.',
    env: {},
    signal: new AbortController().signal,
    facts: () => Promise.resolve(ok(facts())),
    compare: () => Promise.resolve(ok(unchanged)),
    ...fields,
  };
}

/** Does a step again and again, as a cutover does, while the source holds what it does then. */
async function attempts(
  step: 'final-pass' | 'checks' | 'last-listing',
  each: readonly { readonly sha256: string; readonly accepts: boolean }[],
): Promise<readonly boolean[]> {
  const events: LoggedEvent[] = [];
  const done: boolean[] = [];
  for (const { sha256, accepts } of each) {
    const acceptance = accepts ? { acceptance: { by: 'ada', reason: 'scratch' } } : {};
    const compare = () => Promise.resolve(ok(changed(sha256)));
    const { isDone, details = null } = await stepEffects(options({ log: { events }, compare, ...acceptance }))(
      step,
      'do',
    );
    events.push({ step, event: isDone ? 'done' : 'failed', details });
    done.push(isDone);
  }
  return done;
}

test.each(['final-pass', 'checks', 'last-listing'] as const)(
  '%s accepts only those changes that were named before, and goes on accepting them',
  async (step) => {
    const [one, two] = ['one', 'two'];
    expect(await attempts(step, [{ sha256: one, accepts: true }])).toEqual([false]);
    expect(
      await attempts(step, [
        { sha256: one, accepts: false },
        { sha256: two, accepts: true },
        { sha256: two, accepts: true },
        { sha256: two, accepts: false },
        { sha256: one, accepts: false },
      ]),
    ).toEqual([false, false, true, true, false]);
  },
);

test('changes that a step of the same run has only noted are not accepted: nobody has seen them', async () => {
  const hook = { run: ['true'] };
  const settings = { ...options().settings, steps: { 'final-pass': { hook } } };
  const events: LoggedEvent[] = [];
  const compare = () => Promise.resolve(ok(changed('one')));
  const run = async () => {
    const acceptance = { by: 'ada', reason: 'routine' };
    const env = { PATH: process.env['PATH'] };
    const effect = stepEffects(options({ settings, log: { events }, compare, acceptance, env }));
    for (const step of ['prerequisites', 'final-pass'] as const) {
      const { isDone, details = null } = await effect(step, 'do');
      events.push({ step, event: isDone ? 'done' : 'failed', details });
    }
    return events.slice(-2).map(({ step, event }) => `${step} ${event}`);
  };
  expect(await run()).toEqual(['prerequisites done', 'final-pass failed']);
  expect(await run()).toEqual(['prerequisites done', 'final-pass done']);
});

test.each([
  ['done by a hook', [{ event: 'done', details: null }]],
  ['begun by a hook that nobody saw end', [{ event: 'started', details: { byHook: true } }]],
  ['failed', [{ event: 'failed', details: { reason: 'denied' } }]],
] as const)('a step that was %s is not taken back by a file without one', async (_name, own) => {
  const events: LoggedEvent[] = own.map((each) => ({ step: 'freeze', ...each }));
  const back = stepEffects(options({ log: { events } }));
  expect(await back('freeze', 'undo')).toMatchObject({
    isDone: false,
    details: { fix: expect.stringContaining('Name the hook of steps.freeze') },
  });
  expect(await back('dns', 'undo')).toEqual({ isDone: true });
  events.push({ step: 'freeze', event: 'done', details: null }, { step: 'freeze', event: 'undone', details: null });
  expect(await back('freeze', 'undo')).toEqual({ isDone: true });
});

test('a step that was done by hand is taken back by hand', async () => {
  const events: LoggedEvent[] = [
    { step: 'freeze', event: 'started', details: null },
    { step: 'freeze', event: 'done', details: { byHand: true } },
  ];
  expect(await stepEffects(options({ log: { events } }))('freeze', 'undo')).toEqual({ isDone: true });
});

test('a step without a hook is done by hand; a hook is called again to take a step back, where it changes something', async () => {
  const hook = { run: ['sh', '-c', 'echo "$A2O_CUTOVER_ACTION"'] };
  const settings = { ...options().settings, steps: { dns: { hook }, 'smoke-test': { hook } } } as const;
  const effect = stepEffects(options({ settings, env: { PATH: process.env['PATH'] } }));
  expect(await effect('endpoints', 'do')).toEqual({ isDone: true, details: { byHand: true } });
  expect(await effect('dns', 'do')).toMatchObject({ isDone: true, output: 'do' });
  expect(await effect('dns', 'undo')).toMatchObject({ isDone: true, output: 'undo' });
  expect(await effect('smoke-test', 'undo')).toEqual({ isDone: true });
  expect(await effect('checks', 'undo')).toEqual({ isDone: true });
});

test('a final pass that fails is not followed by a listing', async () => {
  const settings = { ...options().settings, steps: { 'final-pass': { hook: { run: ['false'] } } } };
  const compare = () => Promise.reject(new Error('it was listed'));
  const { isDone, details } = await stepEffects(options({ settings, compare, env: { PATH: process.env['PATH'] } }))(
    'final-pass',
    'do',
  );
  expect([isDone, details]).toEqual([false, { reason: 'false ended with exit code 1' }]);
});

test('a source that cannot be listed fails the step with the reason', async () => {
  const denied = diagnostic({ code: 'source-listing-denied', message: 'It may not be listed.', fix: 'Allow it.' });
  const compare = () => Promise.resolve(fail([denied]));
  for (const step of ['prerequisites', 'final-pass', 'checks', 'last-listing'] as const)
    expect(await stepEffects(options({ compare }))(step, 'do')).toEqual({
      isDone: false,
      details: { reason: 'It may not be listed.', fix: 'Allow it.' },
    });
});

test('the evidence of the checks names the exceptions that it goes by', async () => {
  const own = facts({
    tables: [table({ signed: [{ ...signed, check: 'sample' }] })],
    leftBehind: [{ name: 'sales.raw', reason: 'Hudi', signed }],
  });
  const done = await stepEffects(options({ facts: () => Promise.resolve(ok(own)) }))('checks', 'do');
  expect(done).toMatchObject({ isDone: true, details: { signed: [{ check: 'sample' }, { check: 'moved' }] } });
});
