import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderAccessRules } from '../../../constructs/machine/render-access-rules.js';
import { startCloud } from '../../support/openstack-cloud.js';
import type { CloudProject } from '../../support/openstack-cloud.js';
import { outputOf, run } from '../../support/terraform.js';
import type { ProgramRun } from '../../support/terraform.js';

const folder = mkdtempSync(join(tmpdir(), 'a2o-credential-'));
let lake: CloudProject;

beforeAll(async () => {
  lake = await (await startCloud()).project('it-credential');
  const openstack = (...args: string[]): Promise<string> =>
    outputOf(run('/usr/bin/openstack', args, { env: lake.env }));
  const text = ['--payload-content-type', 'text/plain', '--payload', 'access:secret'];
  await openstack('secret', 'store', '--name', 'it-credential-keys', ...text);
  // As docs/deploying.md says.
  const rules = join(folder, 'access-rules.json');
  writeFileSync(rules, renderAccessRules('it-credential-system'));
  const roles = ['--role', 'member', '--role', 'observer', '--access-rules', rules];
  const named = `machines-${Date.now()}`;
  const made = await openstack('application', 'credential', 'create', named, ...roles, '-f', 'json');
  const { id, secret } = JSON.parse(made) as Record<string, string>;
  const auth = {
    auth_url: lake.env['OS_AUTH_URL'],
    application_credential_id: id,
    application_credential_secret: secret,
  };
  const clouds = { clouds: { openstack: { auth, region_name: 'RegionOne' } } };
  writeFileSync(join(folder, 'clouds.yaml'), JSON.stringify(clouds));
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a machine's own session answers to an expression. */
function session(expression: string): Promise<ProgramRun> {
  const code = `from openstack_session import Session, read; s = Session("${folder}/clouds.yaml"); print(${expression})`;
  return run('/usr/bin/python3', ['-c', code], { env: { ...process.env, PYTHONPATH: 'constructs/machine' } });
}

test('with the access rules of the synth a machine reads its secrets', async () => {
  expect(await session('s.secret_by_name("it-credential-keys")')).toMatchObject({ code: 0, output: 'access:secret\n' });
}, 60_000);

test.each([
  ['make a secret', 's.barbican() + "/secrets", headers, b"{}"'],
  ['list orders, of which secrets are made', 's.barbican() + "/orders", headers'],
  ['see the servers', 's.endpoint("compute") + "/servers", headers'],
  ['see the networks', 's.endpoint("network") + "/v2.0/networks", headers'],
])(
  'and may not %s',
  async (_what, request) => {
    const headers = '{"X-Auth-Token": s.token, "Content-Type": "application/json"}';
    const { code, output } = await session(`read(${request.replace('headers', headers)})`);
    expect(code).toBe(1);
    expect(output).toContain('HTTP Error 401: Unauthorized');
  },
  60_000,
);
