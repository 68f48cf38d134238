import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effortOf } from '../../cli/report/effort.js';
import { outlookOf } from '../../cli/report/outlook.js';
import { planWith, table } from '../support/plan-builder.js';
import { cli } from '../support/run-cli.js';

const demo = join('examples', 'demo');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-report-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function sized(name: `${string}.${string}`, bytes: number | null, partitions = 0) {
  const { source } = table(name);
  return table(name, {
    source: {
      size: { value: bytes, source: 'table-parameters', confidence: 'high' },
      partitions: { ...source.partitions, count: partitions },
    },
  });
}

test('the report says how many tables move and why others do not, in both formats, twice the same', async () => {
  const output = join(folder, 'out');
  const run = () => cli(['report', '--assessment', demo, '--output', output]);
  expect(await run()).toMatchObject({
    code: 0,
    stdout: `${join(output, 'migration-report.md')}\n${join(output, 'migration-report.pdf')}\n`,
  });
  const read = () => readdirSync(output).map((name) => readFileSync(join(output, name)).toString('latin1'));
  const first = read();
  const page = readFileSync(join(output, 'migration-report.md'), 'utf8');
  const plan = JSON.parse((await cli(['plan', '--assessment', demo, '--json'])).stdout) as {
    totals: { table: { mapped: number; assessed: number; blocked: number } };
  };
  const { assessed, mapped, blocked } = plan.totals.table;
  expect(page).toContain(`Of ${assessed} tables and views, ${mapped} can move`);
  expect(page).toContain(`${blocked} are blocked until somebody decides`);
  for (const heading of [
    'What is there',
    'What becomes of it, and why',
    'What is blocked, and what that takes',
    'Machines and capacity',
    'Time and cost of the move',
    'Waves',
    'Risks',
    'Effort',
  ])
    expect(page).toContain(`\n## ${heading}\n`);
  await run();
  expect(read()).toEqual(first);
});

test('--json names the files', async () => {
  const output = join(folder, 'json');
  const { stdout } = await cli(['report', '--assessment', demo, '--output', output, '--format', 'markdown', '--json']);
  expect(JSON.parse(stdout)).toEqual({ kind: 'DecisionPaper', files: [join(output, 'migration-report.md')] });
  expect(readdirSync(output)).toEqual(['migration-report.md']);
});

test('--format chooses, and refuses what is not known', async () => {
  const output = join(folder, 'markdown');
  expect(await cli(['report', '--assessment', demo, '--output', output, '--format', 'markdown'])).toMatchObject({
    code: 0,
  });
  expect(readdirSync(output)).toEqual(['migration-report.md']);
  expect(await cli(['report', '--assessment', demo, '--format', 'word'])).toMatchObject({ code: 2 });
});

test('a folder that cannot be written to is reported', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, stderr } = await cli([
    'report',
    '--assessment',
    demo,
    '--output',
    join(file, 'x'),
    '--format',
    'markdown',
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('[cannot-write]');
});

describe('the outlook', () => {
  test('counts objects by size and partitions, and names tables of unknown size', () => {
    const plan = planWith({ tables: [sized('a.big', 1.28e9), sized('a.parts', 5, 7), sized('a.unknown', null)] });
    const { estimate, unknownSizes } = outlookOf({ plan }, 100);
    expect(estimate).toMatchObject({ objects: 10 + 7 + 1, bytes: 1.28e9 + 5 });
    expect(unknownSizes).toBe(1);
  });

  test('has a wave for each database, the largest first, and the small ones together', () => {
    const tables = Array.from({ length: 12 }, (_, index) => sized(`d${String(index).padStart(2, '0')}.t`, index * 1e9));
    const { waves } = outlookOf({ plan: planWith({ tables }) }, 100);
    expect(waves).toHaveLength(8);
    expect(waves[0]).toMatchObject({ databases: ['d11'], bytes: 11e9, seconds: 110 });
    expect(waves[7]?.databases).toEqual(['d04', 'd03', 'd02', 'd01', 'd00']);
    expect(waves.reduce((sum, wave) => sum + wave.tables, 0)).toBe(12);
  });

  test('of nothing is nothing', () => {
    expect(outlookOf({ plan: planWith() }, 100)).toMatchObject({ waves: [], unknownSizes: 0, estimate: { bytes: 0 } });
  });
});

test('tables that are converted in place are conversions, too', () => {
  const plan = planWith({
    tables: [table('a.one', { method: 'convert' }), table('a.two', { method: 'convert-in-place' })],
  });
  const conversions = effortOf({ plan }, { waves: [] }).find(({ work }) => work.startsWith('Check converted'));
  expect(conversions).toMatchObject({ because: '2 tables' });
});

test('effort follows from reasons, views and waves, and leaves out what there is none of', () => {
  const plan = planWith({ tables: [sized('a.b', 1)] });
  const effort = effortOf({ plan }, outlookOf({ plan }, 100));
  expect(effort.map(({ because }) => because)).toEqual(['topology standard', '1 table', '1 wave']);
});
