import { outputOf, run } from './terraform.js';
import type { ProgramRun } from './terraform.js';

/** Makes an application credential as docs/deploying.md says; the text of a machine's clouds.yaml. `options` are the command's. */
export async function machineClouds(
  env: Readonly<Record<string, string>>,
  options: readonly string[],
): Promise<string> {
  const named = ['application', 'credential', 'create', `machines-${Date.now()}`];
  const made = await outputOf(run('/usr/bin/openstack', [...named, ...options, '-f', 'json'], { env }));
  const { id, secret } = JSON.parse(made) as Record<string, string>;
  const auth = { auth_url: env['OS_AUTH_URL'], application_credential_id: id, application_credential_secret: secret };
  return JSON.stringify({ clouds: { openstack: { auth, region_name: env['OS_REGION_NAME'] } } });
}

/** What a machine's own session `s`, with that clouds.yaml, makes of an expression in Python. */
export function runInSession(clouds: string, expression: string): Promise<ProgramRun> {
  const code = `from openstack_session import Session, read; s = Session(${JSON.stringify(clouds)}); print(${expression})`;
  return run('/usr/bin/python3', ['-c', code], { env: { ...process.env, PYTHONPATH: 'constructs/machine' } });
}
