import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A row of the table in docs/architecture.md. */
interface Row {
  readonly from: string;
  readonly imports: readonly string[];
  /** Folders of which types alone may be imported. */
  readonly types: readonly string[];
  /** Single files of other folders. */
  readonly files: readonly string[];
}

/** An import that is written into the planted house, and the rules that must report it. */
interface Plant {
  readonly from: string;
  readonly to: string;
  readonly asType: boolean;
  readonly rules: readonly string[];
}

const root = join(import.meta.dirname, '..', '..');
const rows = readTable(readFileSync(join(root, 'docs', 'architecture.md'), 'utf8'));
const apps = ['main.ts', 'test-env.ts'];
const outside = ['environments', 'test', 'bench'];
const product = rows.map(({ from }) => from).filter((name) => !apps.includes(name) && !outside.includes(name));
const everything = [...product, ...apps, ...outside];
const plants = [...rows.flatMap(plantsOfRow), ...plantsOfCdktf(), ...plantsOfConcepts()];

let folder = '';
let reported = new Map<string, readonly string[]>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json']) copyFileSync(join(root, name), join(folder, name));
  writeFile('package.json', '{ "type": "module" }');
  for (const name of everything) writeFile(targetOf(name), 'export type T = string;\nexport const t: T = "";\n');
  for (const file of ['constructs/concept/inner.ts', ...rows.flatMap(({ files }) => files)])
    writeFile(file, 'export type T = string;\nexport const t: T = "";\n');
  for (const name of ['cdktf', 'constructs', '@cdktf/provider-aws']) {
    writeFile(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    writeFile(`node_modules/${name}/index.js`, 'module.exports = { t: 1 };\n');
  }
  plants.forEach((plant, index) => {
    writeFile(fileOf(plant, index), sourceOf(plant, index));
  });
  writeFile('core/circle-a.ts', "import { b } from './circle-b.js';\nexport const a = (): unknown => b;\n");
  writeFile('core/circle-b.ts', "import { a } from './circle-a.js';\nexport const b = (): unknown => a;\n");
  writeFile('core/type-circle-a.ts', "import type { B } from './type-circle-b.js';\nexport type A = B | 1;\n");
  writeFile('core/type-circle-b.ts', "import type { A } from './type-circle-a.js';\nexport type B = A[];\n");
  writeFile('waves/aws/function.ts', "import { t } from '../through.js';\nexport const u: unknown = t;\n");
  writeFile('waves/through.ts', "export { t } from '../state/target.js';\n");
  writeFile('core/unresolvable.ts', "import { t } from './nowhere.js';\nexport const u: unknown = t;\n");
  reported = cruise();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the table has a row for every folder that the linter knows, and no other', () => {
  const { forbidden } = readConfig();
  const enforced = forbidden.flatMap(({ name }) => /^(.*)-imports$/.exec(name)?.[1] ?? []);
  expect(enforced.toSorted()).toEqual([...product, 'apps'].toSorted());
});

describe.each(everything)('what %s imports', (from) => {
  const own = [...plants.entries()].filter(([, plant]) => plant.from === from);

  test('is reported where the table forbids it', () => {
    const forbidden = own.filter(([, { rules }]) => rules.length > 0);
    expect(forbidden.map(([index, plant]) => shown(plant, rulesOf(index)))).toEqual(
      forbidden.map(([, plant]) => shown(plant, plant.rules)),
    );
  });

  test('is not reported where the table allows it', () => {
    const allowed = own.filter(([, { rules }]) => rules.length === 0);
    expect(allowed.filter(([index]) => rulesOf(index).length > 0).map(([, plant]) => shown(plant, []))).toEqual([]);
  });
});

test('a circle of imports is reported, and one of types is not', () => {
  expect(reported.get('core/circle-a.ts')).toEqual(['no-circular']);
  expect(reported.get('core/type-circle-a.ts')).toBeUndefined();
});

test('a Lambda function that reaches the store through another file is reported', () => {
  expect(reported.get('waves/aws/function.ts')).toEqual(['functions-have-no-store-of-ours']);
  expect(reported.get('waves/through.ts')).toBeUndefined();
});

test('an import of a file that does not exist is reported', () => {
  expect(reported.get('core/unresolvable.ts')).toEqual(['no-unresolvable']);
});

test('every rule of the linter was violated at least once', () => {
  const { forbidden } = readConfig();
  const violated = new Set([...reported.values()].flat());
  expect(forbidden.map(({ name }) => name).filter((name) => !violated.has(name))).toEqual([]);
});

function readTable(document: string): readonly Row[] {
  const house = document.slice(document.indexOf('## The house'));
  return house.split('\n').flatMap((line) => {
    const [, folders, cell] = /^\| \d \| (.*?) \|.*\| (.*) \|$/.exec(line) ?? [];
    if (folders === undefined || cell === undefined) return [];
    const items = cell.startsWith('everything') ? [] : [...cell.matchAll(/`([^`]+)`( \(types\))?/g)];
    const isFile = (name = ''): boolean => name.includes('/');
    const names = (wanted: (name: string | undefined, types: string | undefined) => boolean): readonly string[] =>
      items.filter(([, name, types]) => wanted(name, types)).flatMap(([, name]) => name ?? []);
    return [...folders.matchAll(/`([^`]+?)\/?`/g)].map(([, from = '']) => ({
      from,
      imports: names((name, types) => !isFile(name) && types === undefined),
      types: names((_name, types) => types !== undefined),
      files: names((name) => isFile(name)),
    }));
  });
}

/** An import by value and one by type of each other folder and of each file that the row names. */
function plantsOfRow({ from, imports, types, files }: Row): readonly Plant[] {
  // The apps are one file each, so the two would form a circle if each imported the other.
  const others = everything.filter((name) => name !== from && !(from === 'test-env.ts' && name === 'main.ts'));
  return [true, false].flatMap((asType) => [
    ...others.map((name): Plant => {
      const isAllowed = imports.includes(name) || (asType && types.includes(name));
      return { from, to: targetOf(name), asType, rules: isAllowed ? [] : rulesAgainst(from, name, types) };
    }),
    ...files.map((to): Plant => ({ from, to, asType, rules: [] })),
  ]);
}

function rulesAgainst(from: string, to: string, types: readonly string[]): readonly string[] {
  if (from === 'environments') return ['test', 'bench'].includes(to) ? ['not-to-tests'] : [];
  if (outside.includes(from)) return [];
  const own = apps.includes(from) ? 'apps-imports' : types.includes(to) ? `${from}-imports-types` : `${from}-imports`;
  return outside.includes(to) ? [own, 'nobody-imports-environments'] : [own];
}

function plantsOfCdktf(): readonly Plant[] {
  const knows = ['constructs', 'stacks', ...apps, ...outside];
  return everything.flatMap((from) =>
    ['cdktf', 'constructs', '@cdktf/provider-aws'].map((to) => ({
      from,
      to: `node_modules/${to}`,
      asType: false,
      rules: knows.includes(from) ? [] : ['cdktf-belongs-to-constructs'],
    })),
  );
}

/** Past the index of a concept. */
function plantsOfConcepts(): readonly Plant[] {
  const rule = 'concepts-through-their-index';
  const to = 'constructs/concept/inner.ts';
  return [
    ...['stacks', 'cli'].map((from) => ({ from, to, asType: false, rules: [rule] })),
    ...apps.map((from) => ({ from, to, asType: false, rules: ['apps-imports', rule] })),
  ];
}

/** What is imported of a folder. */
function targetOf(name: string): string {
  if (name.endsWith('.ts')) return name;
  return name === 'constructs' ? 'constructs/concept/index.ts' : `${name}/target.ts`;
}

/** An app is one file, so it holds all its plants. */
function fileOf({ from }: Plant, index: number): string {
  return apps.includes(from) ? from : `${from}/plant-${index}.ts`;
}

function sourceOf({ from, to, asType }: Plant, index: number): string {
  const path = apps.includes(from) ? `./${to}` : `../${to}`;
  const specifier = to.startsWith('node_modules/') ? to.slice('node_modules/'.length) : path.replace(/\.ts$/, '.js');
  return asType
    ? `import type { T as T${index} } from '${specifier}';\nexport type U${index} = T${index};\n`
    : `import { t as t${index} } from '${specifier}';\nexport const u${index}: unknown = t${index};\n`;
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { flag: apps.includes(path) ? 'a' : 'w' });
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** The names of the rules that were reported, by file, and of an app's by its plants too. */
function cruise(): Map<string, readonly string[]> {
  const program = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const folders = everything.filter((name) => !name.endsWith('.ts'));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders, ...apps],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (stdout === '') throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } };
  const found = new Map<string, string[]>();
  for (const { from, to, rule } of summary.violations)
    for (const key of apps.includes(from) ? [from, `${from} ${to}`] : [from])
      found.set(key, [...new Set([...(found.get(key) ?? []), rule.name])].toSorted());
  return found;
}

function rulesOf(index: number): readonly string[] {
  const plant = plants[index];
  if (plant === undefined) return [];
  const key = apps.includes(plant.from) ? `${plant.from} ${plant.to}` : fileOf(plant, index);
  return reported.get(key) ?? [];
}

function shown({ from, to, asType }: Plant, rules: readonly string[]): string {
  return `${from} imports ${asType ? 'a type of ' : ''}${to}: ${rules.toSorted().join(', ')}`;
}

function readConfig(): { readonly forbidden: readonly { readonly name: string }[] } {
  return createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as ReturnType<typeof readConfig>;
}
