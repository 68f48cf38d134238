import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../../../constructs/migration-runner');

/** Applies the entries twice to a Trino that knows what exists, the way a run that was stopped is started again. */
const program = `
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import register

class Trino:
    def __init__(self):
        self.ran, self.known = [], set()
    def run(self, sql):
        self.ran.append(sql)
        name, *needs = sql.split()
        if name == "broken" or not set(needs) <= self.known:
            raise RuntimeError("no " + sql)
        self.known.add(name)

entries = json.loads(sys.argv[2])
trino = Trino()
journal = pathlib.Path(sys.argv[3]) / "journal"
failed = [register.apply(entries, trino, journal), register.apply(entries, trino, journal)]
json.dump({"failed": failed, "ran": trino.ran}, open(sys.argv[3] + "/result.json", "w"))
`;

interface Applied {
  readonly failed: number[];
  readonly ran: string[];
  readonly stdout: string;
  readonly stderr: string;
}

function applyTwice(entries: readonly object[]): Applied {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-register-'));
  try {
    const run = spawnSync('python3', ['-c', program, script, JSON.stringify(entries), folder], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    const read = spawnSync('cat', [join(folder, 'result.json')], { encoding: 'utf8' }).stdout;
    const { stdout, stderr } = run;
    return { ...(JSON.parse(read) as { failed: number[]; ran: string[] }), stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const entry = (key: string, phase: string, ...statements: string[]): object => ({
  key,
  idempotencyKey: `${key}: ${statements.join()}`.replaceAll(' ', '_'),
  phase,
  statements,
});

test('schemas come before tables and views, and what is done is not done again', () => {
  const entries = [
    entry('v', 'view', 'view table'),
    entry('t', 'table', 'table schema'),
    entry('s', 'schema', 'schema'),
  ];
  expect(applyTwice(entries)).toMatchObject({ failed: [0, 0], ran: ['schema', 'table schema', 'view table'] });
});

test('views that read each other are tried until no more can be made', () => {
  const entries = [entry('a', 'view', 'a b'), entry('b', 'view', 'b c'), entry('c', 'view', 'c')];
  expect(applyTwice(entries).failed).toEqual([0, 0]);
});

test('one that fails stops no other, is counted, and is tried again by the next run', () => {
  const entries = [entry('x', 'table', 'broken'), entry('y', 'table', 'fine')];
  expect(applyTwice(entries)).toMatchObject({ failed: [1, 1], ran: ['broken', 'fine', 'broken'] });
});

test('what failed is told by key, with the error', () => {
  const { failed, stdout, stderr } = applyTwice([entry('y', 'table', 'fine'), entry('z', 'table', 'broken')]);
  expect(failed).toEqual([1, 1]);
  expect(stderr.split('\n')[0]).toBe('{"key": "z", "error": "no broken"}');
  expect(stdout.split('\n')[0]).toBe('{"entries": 2, "failed": 1}');
});
