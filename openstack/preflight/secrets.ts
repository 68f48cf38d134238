import type { Diagnostic } from '../../core/diagnostic.js';
import type { Target } from '../../mappings/template.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding } from './finding.js';

interface NeededSecret {
  readonly setting: string;
  readonly name: string;
  readonly use: string;
  /** Its payload, for a shell. */
  readonly payload: string;
}

/** Whether the secrets that operators store in Barbican exist. No payload is read. */
export async function checkSecrets(session: CloudSession, target: Target): Promise<readonly Diagnostic[]> {
  const findings = await Promise.all(neededSecrets(target).map((secret) => checkSecret(session, secret)));
  return findings.flat();
}

function neededSecrets({ objectStore, access: { usersSecret, oauth2 }, runner }: Target): NeededSecret[] {
  return [
    {
      setting: 'target.objectStore.credentialsSecret',
      name: objectStore.credentialsSecret,
      use: 'the object store’s key pair',
      payload: '"$ACCESS_KEY:$SECRET_KEY"',
    },
    ...(runner === null
      ? []
      : [
          {
            setting: 'target.runner.sourceSecret',
            name: runner.sourceSecret,
            use: 'the source’s key pair',
            payload: '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
          },
        ]),
    ...(usersSecret === null
      ? []
      : [
          {
            setting: 'target.access.usersSecret',
            name: usersSecret,
            use: 'the users and the hashes of their passwords',
            payload: '"$(htpasswd -nB -C 10 ana)"',
          },
        ]),
    ...(oauth2
      ? [
          {
            setting: 'target.access.oauth2.clientSecret',
            name: oauth2.clientSecret,
            use: 'the secret of the OAuth2 client',
            payload: '"$CLIENT_SECRET"',
          },
        ]
      : []),
  ];
}

async function checkSecret(
  session: CloudSession,
  { setting, name, use, payload }: NeededSecret,
): Promise<readonly Diagnostic[]> {
  const path = `/v1/secrets?name=${encodeURIComponent(name)}&limit=1`;
  const found = await ask<{ secrets: readonly unknown[] }>(session, 'key-manager', path, 'secrets');
  if (!found.ok) return [found.error];
  if (found.value.secrets.length > 0) return [];
  return [
    finding(
      setting,
      'secret-missing',
      `Barbican has no secret '${name}' that this project can see; machines fetch ${use} from it.`,
      `Store it: openstack secret store --name ${name} --payload-content-type text/plain --payload ${payload}.`,
      'warning',
    ),
  ];
}
