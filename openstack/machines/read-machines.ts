import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CloudSession, HttpAnswer } from '../session/index.js';

/** One server of the lakehouse: what Terraform set for it, and what it reports. */
export interface Machine {
  readonly name: string;
  readonly role: string;
  /** The other machines of its role replicate it. */
  readonly isPrimary: boolean;
  /** Nova's word for it, such as `ACTIVE`. */
  readonly status: string;
  /** SHA-256 of the bundle that it should have. */
  readonly wants: string;
  readonly report: MachineReport | null;
}

/** The report that `constructs/machine/bootstrap.py` writes into the system container. */
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

/** Whether the machine has its bundle and every service runs. */
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
  const listedServers = listed('servers', servers);
  if (listedServers === undefined) return fail([unreadable('compute', servers)]);
  const listedVolumes = listed('volumes', volumes);
  if (listedVolumes === undefined) return fail([unreadable('volume', volumes)]);
  const own = listedServers.filter(({ metadata }) => (metadata['a2o_bundle'] ?? '').startsWith(`${container}/`));
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
    volumes: listedVolumes
      .filter(({ name }) => name.startsWith(`${lakehouse}-`))
      .map(({ name, size, status }) => ({ name, sizeGb: size, status })),
  });
}

/** `undefined` when the answer holds no list of them. */
function listed<Kind extends keyof Listing>(kind: Kind, answer: Result<HttpAnswer, string>): Listing[Kind] | undefined {
  if (!answer.ok || answer.value.status !== 200) return undefined;
  const found = (parsed(answer.value.text) as Partial<Listing> | null | undefined)?.[kind];
  return Array.isArray(found) ? found : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The report of a machine; `null` before its first. An unreadable report is an error of that machine alone. */
export async function readReport(
  session: CloudSession,
  lakehouse: string,
  machine: string,
): Promise<MachineReport | null> {
  const answer = await session.send('object-store', `/${lakehouse}-system/machines/${machine}.json`);
  if (!answer.ok || answer.value.status !== 200) return null;
  const report = parsed(answer.value.text) as Partial<MachineReport> | null | undefined;
  const { at, bundle, error, services } = report ?? {};
  const isText = (value: unknown): boolean => value === null || typeof value === 'string';
  return typeof at === 'string' && isText(bundle) && isText(error) && typeof services === 'object'
    ? (report as MachineReport)
    : { at: '-', bundle: null, error: 'its report cannot be read', services: {} };
}

function unreadable(service: string, answer: Result<{ readonly status: number }, string>): Diagnostic {
  const reason = !answer.ok
    ? answer.error
    : answer.value.status === 200
      ? 'its answer is not a list'
      : `HTTP ${answer.value.status}`;
  return diagnostic({
    code: 'cloud-unreachable',
    message: `The service ${service} does not list the resources of this project (${reason}).`,
    fix: 'Check the region in `target.region` and the rights of your user (the role `reader` or `member`).',
  });
}
