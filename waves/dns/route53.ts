import type { AwsFailure } from '../../clients/aws-failure.js';
import { changeRecords, isInSync, readRecords } from '../../clients/route53/index.js';
import type { FoundRecords, Route53Target } from '../../clients/route53/index.js';
import type { Result } from '../../core/result.js';
import { PrerequisiteError, TransientError } from '../machines/errors.js';
import type { DnsService } from './dns-service.js';
import { shownKey } from './records.js';
import type { RecordContent, RecordKey } from './records.js';

export interface Route53Settings {
  readonly target: () => Promise<Route53Target>;
  /** Names of hosted zones and their ids; no other zone is changed. */
  readonly zones: Readonly<Record<string, string>>;
}

/** The DNS target of an AWS SDK client's configuration. An endpoint is that of an emulator. */
export async function route53Target(
  { config }: { readonly config: { readonly region: () => Promise<string>; readonly credentials: Credentials } },
  endpoint = process.env['AWS_ENDPOINT_URL_ROUTE_53'] ?? process.env['AWS_ENDPOINT_URL'] ?? '',
): Promise<Route53Target> {
  const { credentials } = config;
  return { region: await config.region(), credentials, ...(endpoint !== '' && { endpoint }) };
}

type Credentials = Route53Target['credentials'];

/** Source: Amazon Route 53 Developer Guide, 'Quotas': five requests a second for an account, of which others get one. */
const callsPerSecond = 4;

/** Route 53 wants one; of records that there were none of before. */
const defaultTtl = 300;

/** Hosted zones of Amazon Route 53. Simple record sets only: an alias or a routing policy stays as it is. */
export function route53({ target, zones }: Route53Settings): DnsService {
  const idOf = ({ zone }: Pick<RecordKey, 'zone'>): string => {
    const id = zones[zone];
    if (id === undefined) throw new PrerequisiteError(noZone(zone, zones));
    return id;
  };
  const find = async (key: RecordKey, signal: AbortSignal): Promise<Exclude<FoundRecords, { is: 'other' }>> => {
    const found = valueOf(
      `Reading ${shownKey(key)}`,
      await readRecords(await target(), idOf(key), key, signal),
      signal,
    );
    if (found.is !== 'other') return found;
    throw new PrerequisiteError(
      `${shownKey(key)} is ${found.what}, which is not moved: remove the name from dns.names, and move it by hand.`,
    );
  };
  return {
    name: 'route53',
    callsPerSecond,
    zoneProblem: (zone) => Promise.resolve(zones[zone] === undefined ? noZone(zone, zones) : null),
    read: async (key, signal): Promise<RecordContent | null> => {
      const found = await find(key, signal);
      return found.is === 'none' ? null : { ttl: found.ttl, values: found.values };
    },
    write: async (key, content, signal) => {
      const found = content === null ? await find(key, signal) : undefined;
      if (found?.is === 'none') return '';
      // Route 53 removes only what it is told exactly.
      const removed = found?.is === 'simple' ? found : undefined;
      const records = {
        ...key,
        ttl: removed?.ttl ?? content?.ttl ?? defaultTtl,
        values: removed?.values ?? content?.values ?? [],
      };
      const action = content === null ? 'DELETE' : 'UPSERT';
      const changed = await changeRecords(await target(), idOf(key), { action, records }, signal);
      return valueOf(`Changing ${shownKey(key)}`, changed, signal);
    },
    progress: async (ticket, signal) => {
      if (ticket === '') return 'active';
      const isDone = valueOf('Reading a change', await isInSync(await target(), ticket, signal), signal);
      return isDone ? 'active' : 'pending';
    },
  };
}

function valueOf<T>(what: string, result: Result<T, AwsFailure>, signal: AbortSignal): T {
  if (result.ok) return result.value;
  signal.throwIfAborted();
  const { kind, reason, isPermanent } = result.error;
  const message = `${what} in Route 53 failed (${kind}): ${reason}`;
  throw isPermanent ? new PrerequisiteError(message) : new TransientError(message);
}

function noZone(zone: string, zones: Readonly<Record<string, string>>): string {
  const known = Object.keys(zones).join(', ') || 'none';
  return `The zone ${zone} is not among those that may be changed here (${known}): add it with the id of its hosted zone, or correct 'dns' of the machine.`;
}
