import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession } from '../session/index.js';

/** One server of the lakehouse: what Terraform wrote to it, and what it says of itself. */
export interface Machine {
  readonly name: string;
  readonly role: string;
  /** The others of its role copy it. */
  readonly isPrimary: boolean;
  /** Nova's word for it, such as `ACTIVE`. */
  readonly status: string;
  /** SHA-256 of the bundle that it should have. */
  readonly wants: string;
  readonly report: MachineReport | null;
}

/** What `constructs/machine/bootstrap.py` writes into the system container. */
export interface MachineReport {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly bundle: string | null;
  readonly error: string | null;
  /** systemd's word for each service that should run. */
  readonly services: Readonly<Record<string, string>>;
}

export interface LakehouseState {
  readonly machines: readonly Machine[];
  readonly volumes: readonly { readonly name: string; readonly sizeGb: number; readonly status: string }[];
}

/** It runs what it should, and all of it. */
export function isCurrent({ wants, report }: Pick<Machine, 'wants' | 'report'>): boolean {
  return (
    report?.bundle === wants &&
    report.error === null &&
    Object.values(report.services).every((state) => state === 'active')
  );
}

interface Listing {
  readonly servers: readonly {
    readonly name: string;
    readonly status: string;
    readonly metadata: Record<string, string>;
  }[];
  readonly volumes: readonly { readonly name: string; readonly size: number; readonly status: string }[];
}

/** Everything that carries the lakehouse's name, sorted by it. */
export async function readMachines(session: CloudSession, lakehouse: string): Promise<Result<LakehouseState>> {
  const container = `${lakehouse}-system`;
  const [servers, volumes] = await Promise.all([
    session.send('compute', '/servers/detail'),
    session.send('volume', '/volumes/detail'),
  ]);
  if (!servers.ok || servers.value.status !== 200) return fail([unreadable('compute', servers)]);
  if (!volumes.ok || volumes.value.status !== 200) return fail([unreadable('volume', volumes)]);
  const own = (JSON.parse(servers.value.text) as Listing).servers.filter(({ metadata }) =>
    (metadata['a2o_bundle'] ?? '').startsWith(`${container}/`),
  );
  const machines = await Promise.all(
    own.map(async ({ name, status, metadata }): Promise<Machine> => ({
      name,
      status,
      role: metadata['a2o_role'] ?? '',
      isPrimary: metadata['a2o_primary'] === 'true',
      wants: metadata['a2o_bundle_sha256'] ?? '',
      report: await readReport(session, lakehouse, name),
    })),
  );
  return ok({
    machines: machines.sort((a, b) => (a.name < b.name ? -1 : 1)),
    volumes: (JSON.parse(volumes.value.text) as Listing).volumes
      .filter(({ name }) => name.startsWith(`${lakehouse}-`))
      .map(({ name, size, status }) => ({ name, sizeGb: size, status })),
  });
}

/** What a machine says of itself; `null` while it says nothing. */
export async function readReport(
  session: CloudSession,
  lakehouse: string,
  machine: string,
): Promise<MachineReport | null> {
  const answer = await session.send('object-store', `/${lakehouse}-system/machines/${machine}.json`);
  return answer.ok && answer.value.status === 200 ? (JSON.parse(answer.value.text) as MachineReport) : null;
}

function unreadable(service: string, answer: Result<{ readonly status: number }, string>): Diagnostic {
  const reason = answer.ok ? `HTTP ${answer.value.status}` : answer.error;
  return {
    code: 'cloud-unreachable',
    severity: 'error',
    path: '',
    message: `The service ${service} does not list what this project has (${reason}).`,
    fix: 'Check the region in `target.region` and the rights of your user (the role `reader` or `member`).',
  };
}
