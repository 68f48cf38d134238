import { expect, test } from '@jest/globals';
import { summarize } from '../../../environments/demo/summary.js';
import type { DemoOutcome } from '../../../environments/demo/summary.js';
import { parseErrorOf } from '../../support/parse-command.js';

const counts = { assessed: 3, mapped: 1, skipped: 0, blocked: 2 };
const none = { assessed: 0, mapped: 0, skipped: 0, blocked: 0 };

const outcome = {
  assessment: {
    summary: {
      databases: 1,
      tables: 3,
      icebergTables: 0,
      ready: 0,
      needsConversion: 2,
      unknown: 1,
      partitions: 7,
      knownSizeBytes: 3 * 2 ** 30,
      tablesOfUnknownSize: 1,
      tablesByFormat: { ORC: 1, PARQUET: 2 },
      complete: true,
    },
    findings: [{ code: 'name-collision', severity: 'warning', asset: 'a.b', message: '', fix: '' }],
  },
  plan: {
    source: {},
    target: {},
    totals: { bucket: none, database: none, table: counts, partition: none },
    items: [
      { key: 'table:a.a', outcome: 'mapped', what: 'table hive.a.a', rule: 'r', at: 'f:1', method: 'external' },
      { key: 'table:a.b', outcome: 'blocked', what: "it reads like 'x'", rule: 'r', at: 'f:1' },
      { key: 'table:a.\u001b[31m', outcome: 'blocked', what: "it reads like 'y'", rule: 'r', at: 'f:1' },
    ],
  },
  stacks: ['lakehouse'],
  resources: { lakehouse: 15 },
  folder: 'out/demo',
  seconds: 33,
} as unknown as DemoOutcome;

test('the summary says what was found, what maps where, what is blocked and why', () => {
  const text = summarize(outcome);
  expect(text).toContain('1 databases, 3 tables, 7 partitions');
  expect(text).toContain('formats: PARQUET 2, ORC 1');
  expect(text).toContain('size: 3.2 GB known; unknown for 1 tables');
  expect(text).toContain('findings: name-collision 1');
  expect(text).toContain('   1 tables to catalog hive, external');
  expect(text).toContain('lakehouse: 15 resources; init and validate passed');
});

test('reasons that differ only in names are counted together', () => {
  expect(summarize(outcome)).toContain('   2  it reads like … (table:a.b, …)');
});

test('a name of the catalog cannot colour the terminal', () => {
  const [, ...blocked] = outcome.plan.items;
  const text = summarize({ ...outcome, plan: { ...outcome.plan, items: blocked.slice(1) } });
  expect(text).not.toContain('\u001b');
  expect(text).toContain(String.raw`table:a.\u001b[31m`);
});

test('the next commands are those of the pages', async () => {
  const commands = [...summarize(outcome).matchAll(/^ {2}npx aws2openstack (.+?)(?: {2,}.*)?$/gm)].map(
    ([, args = '']) => args,
  );
  expect(commands.map((args) => args.split(' ')[0])).toEqual(['explain', 'plan', 'synth', 'assess']);
  for (const args of commands)
    expect([args, await parseErrorOf(args.replace('REGION', 'eu-central-1').split(' '), true)]).toEqual([
      args,
      undefined,
    ]);
});
