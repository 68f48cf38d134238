import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderCredentialAccessRules } from '../../../constructs/machine/render-access-rules.js';
import { machineClouds, runInSession } from '../../support/machine-session.js';
import { outputOf, run } from '../../support/terraform.js';

const script = join(import.meta.dirname, '..', '..', '..', 'environments', 'swift', 'swift.sh');
const folder = mkdtempSync(join(tmpdir(), 'a2o-swift-'));
const data = join(folder, 'data');
/** What `swift.sh env` says. */
let env: Record<string, string>;

beforeAll(() => {
  execFileSync(script, ['start', '--data', data], { stdio: ['ignore', 'ignore', 'inherit'] });
  const lines = execFileSync(script, ['env', '--data', data], { encoding: 'utf8' }).trim().split('\n');
  env = Object.fromEntries(lines.map((line) => line.replace('export ', '').split('='))) as Record<string, string>;
}, 180_000);

afterAll(() => {
  execFileSync(script, ['wipe', '--data', data]);
  rmSync(folder, { recursive: true });
}, 60_000);

function openstack(...args: readonly string[]): Promise<string> {
  return outputOf(run('/usr/bin/openstack', args, { env }));
}

test('the probe finds what its S3 layer can do, by the certificate that NODE_EXTRA_CA_CERTS names, and leaves nothing', async () => {
  const own = { ...process.env, ...env, NODE_EXTRA_CA_CERTS: env['AWS_CA_BUNDLE'] ?? '' };
  const args = ['probe', 'object-store', '--endpoint', env['AWS_ENDPOINT_URL'] ?? '', '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['cli/aws2openstack.mjs', ...args], {
    env: own,
  });
  expect(stderr).toMatch(/^Testing what .+\n$/);
  const { capabilities } = JSON.parse(stdout) as { capabilities: Record<string, { supported: boolean }> };
  const able = Object.entries(capabilities).flatMap(([name, { supported }]) => (supported ? [name] : []));
  expect(able.sort()).toEqual(['multipart', 'multipartEtag', 'versioning']);
  expect(JSON.parse(await openstack('container', 'list', '-f', 'json'))).toEqual([]);
  expect(readFileSync(join(data, 'log', 'proxy.log'), 'utf8')).not.toContain('timed out');
}, 120_000);

test('with the access rules of the synth a machine fetches its bundle and reports, and nothing else', async () => {
  const object = join(folder, 'object');
  writeFileSync(object, 'content');
  for (const container of ['lake-system', 'sales']) await openstack('container', 'create', container);
  for (const [container = '', name = ''] of [
    ['lake-system', 'config/bundle-1.tar'],
    ['lake-system', 'registration/hive/tables-1.ndjson'],
    ['lake-system', 'other'],
    ['sales', 'config/bundle-1.tar'],
  ])
    await openstack('object', 'create', container, object, '--name', name);
  const rules = join(folder, 'access-rules.json');
  writeFileSync(rules, renderCredentialAccessRules('lake-system'));
  const clouds = join(folder, 'clouds.yaml');
  writeFileSync(clouds, await machineClouds(env, ['--role', 'member', '--access-rules', rules]));
  for (const allowed of [
    's.get_object("lake-system/config/bundle-1.tar")',
    's.put_object("lake-system/machines/a.json", b"{}")',
  ])
    expect([allowed, (await runInSession(clouds, allowed)).code]).toEqual([allowed, 0]);
  for (const refused of [
    's.get_object("lake-system/other")',
    's.get_object("lake-system/registration/hive/tables-1.ndjson")',
    's.get_object("sales/config/bundle-1.tar")',
    's.get_object("sales")',
    's.put_object("lake-system/config/bundle-1.tar", b"")',
    's.put_object("sales/machines/a.json", b"{}")',
  ]) {
    const { code, output } = await runInSession(clouds, refused);
    expect([refused, code]).toEqual([refused, 1]);
    expect(output).toContain('HTTP Error 401: Unauthorized');
  }
}, 180_000);
