import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { childArguments } from '../support/processes.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-atomic-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('what a killed writer left is removed by the next writer of the file, and nothing else is', async () => {
  const file = join(folder, 'plan.json');
  writeFileSync(file, 'old');
  const child = spawn(process.execPath, childArguments('atomic-file-child.ts', file), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  // Its writer lives: another one must not take its file away.
  writeFileAtomically(join(folder, 'other.json'), 'other');
  writeFileAtomically(file, 'second');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const kept = ['plan.json.mine.tmp', 'plan.json.00000000-1-1-0123456789ab.tmp'];
  for (const name of kept) writeFileSync(join(folder, name), '');
  writeFileAtomically(file, 'third');
  expect(readdirSync(folder).sort()).toEqual([...kept, 'other.json', 'plan.json'].sort());
  expect(readFileSync(file, 'utf8')).toBe('third');
});
