import { createHash, X509Certificate } from 'node:crypto';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession } from '../session/index.js';
import { readMachines } from './read-machines.js';

/** The certificate of the authority that signs those of a lakehouse. */
export interface LakehouseAuthority {
  /** PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate in DER: hexadecimal digits in pairs, with colons. */
  readonly fingerprint: string;
  /** UTC, ISO 8601. */
  readonly validTo: string;
}

interface Published {
  readonly machine: string;
  readonly certificate: X509Certificate;
  /** Of its public key. Each machine signs a certificate of its own with the key that they share. */
  readonly authority: string;
}

/**
 * The certificate that `constructs/authority/publish-certificate.py` puts into the system container; of several, the one
 * that is valid longest. Fails where machines disagree on the authority.
 */
export async function readAuthority(session: CloudSession, lakehouse: string): Promise<Result<LakehouseAuthority>> {
  const state = await readMachines(session, lakehouse);
  if (!state.ok) return state;
  const answers = await Promise.all(state.value.machines.map(({ name }) => readPublished(session, lakehouse, name)));
  const published = answers.flat().sort((a, b) => validTo(b) - validTo(a));
  const [longest] = published;
  if (longest === undefined)
    return fail([
      diagnostic({
        code: 'authority-not-published',
        message: `No machine of '${lakehouse}' has published the certificate of the lakehouse's authority.`,
        fix: 'Wait until `aws2openstack infra status` shows its machines as current. After an upgrade of aws2openstack, synthesize, apply and run `aws2openstack infra roll` first.',
      }),
    ]);
  const byAuthority = Map.groupBy(published, ({ authority }) => authority);
  if (byAuthority.size > 1) {
    const groups = [...byAuthority.values()].map((group) =>
      group
        .map(({ machine }) => machine)
        .sort()
        .join(', '),
    );
    return fail([
      diagnostic({
        code: 'authority-ambiguous',
        message: `Machines of '${lakehouse}' have published certificates of different authorities: ${groups.sort().join('; ')}.`,
        fix: `Trust none of them yet. Compare /var/lib/aws2openstack/authority/ca.pem on the machines, which derive it from the Barbican secret ${lakehouse}-authority; restart a2o-authority and a2o-authority-publication where it is outdated.`,
      }),
    ]);
  }
  const { certificate } = longest;
  return ok({
    certificate: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    validTo: new Date(validTo(longest)).toISOString(),
  });
}

async function readPublished(session: CloudSession, lakehouse: string, machine: string): Promise<Published[]> {
  const answer = await session.send('object-store', `/${lakehouse}-system/machines/${machine}.pem`);
  if (!answer.ok || answer.value.status !== 200) return [];
  try {
    const certificate = new X509Certificate(answer.value.text);
    const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
    return certificate.ca ? [{ machine, certificate, authority: createHash('sha256').update(key).digest('hex') }] : [];
  } catch {
    return [];
  }
}

function validTo({ certificate }: Published): number {
  return Date.parse(certificate.validTo);
}
