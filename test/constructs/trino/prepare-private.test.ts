import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate } from '../../support/issue-certificate.js';

const script = join(import.meta.dirname, '..', '..', '..', 'constructs', 'trino', 'prepare-private.py');
/** As `htpasswd -nB` prints it: of a cost that is dear enough, and of its default. */
const bcrypt = (cost: string): string => `$2y$${cost}$${'abcDEF./12'.repeat(6).slice(0, 53)}`;

/** On a machine with the certificate that the authority signed for it. */
function prepare(folder: string, users: readonly string[]) {
  issueCertificate(folder, ['coordinator']);
  // Its path is the same on every machine.
  const local = join(folder, 'prepare-private.py');
  writeFileSync(local, readFileSync(script, 'utf8').replace('/var/lib/aws2openstack/authority', folder));
  const passwords = { TRINO_ADMIN_PASSWORD: 'a', TRINO_METRICS_PASSWORD: 'm', TRINO_MIGRATION_PASSWORD: 'r' };
  const env = { ...process.env, ...passwords, TRINO_USERS: users.join('\n') };
  return spawnSync('python3', [local, join(folder, 'private')], { encoding: 'utf8', env });
}

test('a line of the users’ secret that Trino would refuse is left out and told, without what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-private-'));
  const users = [
    `ana:${bcrypt('10')}`,
    `ben:${bcrypt('05')}`,
    'c0ffee'.repeat(10),
    'carl:plaintext',
    `ana:${bcrypt('12')}`,
    `admin:${bcrypt('10')}`,
    `migration:${bcrypt('10')}`,
    `:${bcrypt('10')}`,
    'dora:1000:30313233:abcdef01',
  ];
  const { status, stderr } = prepare(folder, users);
  expect(status).toBe(0);
  const lines = readFileSync(join(folder, 'private', 'password.db'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(['admin', 'metrics', 'migration', 'ana', 'dora']);
  expect(lines.slice(3)).toEqual([users[0], users.at(-1)]);
  expect(stderr.match(/^User \d/gm)).toEqual([2, 3, 4, 5, 6, 7, 8].map((number) => `User ${number}`));
  expect(stderr).not.toMatch(/ben|c0ffee|carl|plaintext|\$2y/);
  expect(readFileSync(join(folder, 'private', 'server.pem'), 'utf8')).toBe(
    readFileSync(join(folder, 'server.pem'), 'utf8'),
  );
  rmSync(folder, { recursive: true });
});
