import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', '..', 'constructs', 'trino', 'prepare-private.py');
/** As `htpasswd -nB` prints it: of a cost that is dear enough, and of its default. */
const bcrypt = (cost: string): string => `$2y$${cost}$${'abcDEF./12'.repeat(6).slice(0, 53)}`;

test('a line of the users’ secret that Trino would refuse is left out and told, without what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-private-'));
  const users = [
    `ana:${bcrypt('10')}`,
    `ben:${bcrypt('05')}`,
    'c0ffee'.repeat(10),
    'carl:plaintext',
    `ana:${bcrypt('12')}`,
    `admin:${bcrypt('10')}`,
    `:${bcrypt('10')}`,
    'dora:1000:30313233:abcdef01',
  ];
  const { status, stderr } = spawnSync('python3', [script, folder], {
    encoding: 'utf8',
    env: { ...process.env, TRINO_USERS: users.join('\n'), TRINO_ADMIN_PASSWORD: 'a', TRINO_METRICS_PASSWORD: 'm' },
  });
  expect(status).toBe(0);
  const lines = readFileSync(join(folder, 'password.db'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['admin', 'metrics', 'ana', 'dora']);
  expect(lines.slice(2)).toEqual([users[0], users.at(-1)]);
  expect(stderr.match(/^User \d/gm)).toEqual([2, 3, 4, 5, 6, 7].map((number) => `User ${number}`));
  expect(stderr).not.toMatch(/ben|c0ffee|carl|plaintext|\$2y/);
  rmSync(folder, { recursive: true });
});
