// Asks other tools about every case of the corpus of test/integration/validation: `npm run compare:validators`.
// Writes docs/validation-comparison.json, and the section of docs/validation.md that is made from it. With names of sheets as
// arguments, the others keep the results that they have.
import { randomBytes } from 'node:crypto';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { askIn, createTables } from '../../test/integration/validation/sheet-tables.js';
import type { Sheet } from '../../test/integration/validation/sheet.js';
import { sheets as corpusSheets } from '../../test/integration/validation/sheets.js';
import { sharedLakehouse } from '../../test/support/shared-lakehouse.js';
import { dataValidationJudge, reladiffJudge, rowHashJudge } from './judges.js';
import type { Corpus, Judge } from './judges.js';
import { keyedSheet } from './keyed-sheets.js';
import type { KeyedSheet } from './keyed-sheets.js';
import { readResults, resultsFile, writeSection } from './render.js';
import type { CaseResult, Comparison } from './results.js';
import { openTrinoDoor } from './trino-door.js';

// Other tools have no rules.
const originals = corpusSheets.filter(({ rules }) => !rules);
const wanted = process.argv.slice(2);
const isWanted = (sheet: string): boolean => wanted.length === 0 || wanted.includes(sheet);
const sheets = originals.map(keyedSheet).filter(({ name }) => isWanted(name));
const earlier = wanted.length === 0 ? [] : readResults().cases;

const schema = `comparison_${randomBytes(3).toString('hex')}`;
const bucket = schema.replace('_', '-');
const lakehouse = await sharedLakehouse();
const ask = askIn(lakehouse);
const door = await openTrinoDoor(lakehouse.lakehouse.access());
const judges = await startJudges({ ask, schema, host: door.host });
try {
  await lakehouse.putObjects(bucket, new Map());
  await ask(`CREATE SCHEMA hive.${schema} WITH (location = 's3://${bucket}/hive/')`);
  await ask(`CREATE SCHEMA iceberg.${schema}`);
  const [[trino] = []] = await ask('SELECT node_version FROM system.runtime.nodes WHERE coordinator');
  const cases: CaseResult[] = [];
  for (const sheet of sheets) {
    cases.push(...(await judged(sheet)));
    const date = new Date().toISOString().slice(0, 10);
    // What there is stays, whatever ends the rest.
    write({ date, trino: String(trino), tools: judges.map(({ tool }) => tool), cases: inOrder(cases) });
  }
} finally {
  await Promise.all(judges.map((judge) => judge.stop()));
  await door.close();
  for (const catalog of ['hive', 'iceberg']) await ask(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`);
  await lakehouse.removeBucket(bucket);
}
process.stderr.write(
  'The lakehouse still runs: A2O_LAKEHOUSE_DIR=out/lakehouse make lakehouse-local-clean removes it.\n',
);

/** In the order of the corpus, with the earlier results of other sheets. */
function inOrder(cases: readonly CaseResult[]): readonly CaseResult[] {
  const others = earlier.filter(({ sheet }) => !cases.some((one) => one.sheet === sheet));
  return originals.flatMap(({ name }) => [...cases, ...others].filter(({ sheet }) => sheet === name));
}

function write(comparison: Comparison): void {
  writeFileAtomically(resultsFile, `${JSON.stringify(comparison, undefined, 2)}\n`);
  writeSection(comparison);
}

async function startJudges(corpus: Corpus): Promise<readonly Judge[]> {
  const [first] = originals;
  if (first === undefined) throw new Error('no sheets');
  const sample = keyedSheet(first);
  const original = (name: string): Sheet => {
    const found = originals.find((sheet) => sheet.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  return [
    rowHashJudge(corpus, original),
    reladiffJudge(corpus, sample, false),
    reladiffJudge(corpus, sample, true),
    await dataValidationJudge(corpus, sample),
  ];
}

/** The judges work side by side. */
async function judged(sheet: KeyedSheet): Promise<readonly CaseResult[]> {
  process.stderr.write(`${sheet.name}: ${sheet.cases.length} cases\n`);
  await createTables(ask, schema, { ...sheet, cases: [...sheet.cases, sheet.farAway] });
  const byTool = await Promise.all(judges.map(async (one) => [one.tool.name, await one.judge(sheet)] as const));
  return sheet.cases.map(({ id, isEqual }, index) => ({
    id,
    sheet: sheet.name,
    isEqual,
    judgements: Object.fromEntries(
      byTool.flatMap(([name, all]) => (all[index] === undefined ? [] : [[name, all[index]] as const])),
    ),
  }));
}
