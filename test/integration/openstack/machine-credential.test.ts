import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderCredentialAccessRules } from '../../../constructs/machine/render-access-rules.js';
import { machineClouds, runInSession } from '../../support/machine-session.js';
import { startCloud } from '../../support/openstack-cloud.js';
import type { CloudProject } from '../../support/openstack-cloud.js';
import { outputOf, run } from '../../support/terraform.js';

const folder = mkdtempSync(join(tmpdir(), 'a2o-credential-'));
const clouds = join(folder, 'clouds.yaml');
let lake: CloudProject;

beforeAll(async () => {
  lake = await (await startCloud()).project('it-credential');
  const openstack = (...args: string[]): Promise<string> =>
    outputOf(run('/usr/bin/openstack', args, { env: lake.env }));
  const text = ['--payload-content-type', 'text/plain', '--payload', 'access:secret'];
  await openstack('secret', 'store', '--name', 'it-credential-keys', ...text);
  // As docs/deploying.md says.
  const rules = join(folder, 'access-rules.json');
  writeFileSync(rules, renderCredentialAccessRules('it-credential-system'));
  const roles = ['--role', 'member', '--role', 'observer', '--access-rules', rules];
  writeFileSync(clouds, await machineClouds(lake.env, roles));
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('with the access rules of the synth a machine reads its secrets', async () => {
  expect(await runInSession(clouds, 's.secret_by_name("it-credential-keys")')).toMatchObject({
    code: 0,
    output: 'access:secret\n',
  });
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
    const { code, output } = await runInSession(clouds, `read(${request.replace('headers', headers)})`);
    expect(code).toBe(1);
    expect(output).toContain('HTTP Error 401: Unauthorized');
  },
  60_000,
);
