import type { Diagnostic } from '../../core/diagnostic.js';
import type { Target } from '../../mappings/template.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding } from './finding.js';

/** The object store's key pair, which the operator makes, lies in Barbican. Its payload is not read. */
export async function checkSecrets(session: CloudSession, { objectStore }: Target): Promise<readonly Diagnostic[]> {
  const name = objectStore.credentialsSecret;
  const path = `/v1/secrets?name=${encodeURIComponent(name)}&limit=1`;
  const found = await ask<{ secrets: readonly unknown[] }>(session, 'key-manager', path);
  if (!found.ok) return [found.error];
  if (found.value.secrets.length > 0) return [];
  return [
    finding(
      'target.objectStore.credentialsSecret',
      'secret-missing',
      `Barbican holds no secret '${name}' that this project sees; machines fetch the object store's key pair from it.`,
      `Store it: openstack secret store --name ${name} --payload-content-type text/plain --payload "$ACCESS_KEY:$SECRET_KEY".`,
      'warning',
    ),
  ];
}
