import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { command } from '../support/processes.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-main-'));
  // More than a pipe holds.
  const tables = Array.from({ length: 1000 }, (_, index) => table(`sales.orders_${index}`));
  writeFileSync(
    join(folder, 'acme.yaml'),
    `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: { name: acme }\nextends: default\ntarget: { objectStore: { endpoint: 'https://rgw.acme.example' } }\n`,
  );
  writeFileSync(join(folder, 'lake.json'), JSON.stringify(assessmentWith(tables)));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs `plan` in a shell, with what follows it there. */
function plan(rest: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const script = `set -o pipefail; "$NODE" "$COMMAND" plan --assessment "$LAKE" --mapping "$MAPPING" --json ${rest}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    env: {
      PATH: process.env['PATH'],
      NODE: process.execPath,
      COMMAND: command,
      LAKE: join(folder, 'lake.json'),
      MAPPING: join(folder, 'acme.yaml'),
    },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

test('a reader that stops reading ends the program quietly', () => {
  expect(plan('| head -c 5')).toEqual({ code: 0, stdout: '{"kin', stderr: '' });
});

test('a full disk behind the output is one error', () => {
  const { code, stderr } = plan('> /dev/full');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: The output cannot be written: ENOSPC.* \[cannot-print\]\n {2}fix: .*\n$/);
});
