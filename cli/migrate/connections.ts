import { glueTables } from '../../clients/glue/index.js';
import { s3Client } from '../../clients/s3/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import { s3Transfer } from '../../clients/s3/transfer/index.js';
import type { SwiftTarget } from '../../clients/swift/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { CopyEngine } from '../../migration/copy/copy-engine.js';
import { dataSyncEngine } from '../../migration/copy/datasync/index.js';
import { rcloneEngine } from '../../migration/copy/rclone/index.js';
import { streamEngine } from '../../migration/copy/stream/index.js';
import { bucketLister } from '../../clients/s3/listing/index.js';
import { objectsIn } from '../../migration/register/index.js';
import type { RunConnections, RunPorts } from '../../migration/run/index.js';
import type { TableEngine } from '../../registration/index.js';
import { readAuthority } from '../../openstack/session/session.js';
import { readCloudSettings } from '../../openstack/session/settings.js';
import type { CliIo } from '../io.js';
import { caOf, readCertificate, trinoSecrets } from '../trino-secrets.js';
import type { TrinoSecrets } from '../trino-secrets.js';

/**
 * The part of a run's connections that comes from the environment: secrets, and the authorities that sign certificates.
 */
interface Access {
  readonly targetKeys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly targetCa: string | undefined;
  readonly trino: TrinoSecrets;
  /** Without one, objects reach a Swift through its S3 API. */
  readonly swift: (authorities: readonly string[]) => Result<SwiftTarget | undefined>;
  /** Path of the program. */
  readonly rclone: string | undefined;
  /** Share of objects that are read back. */
  readonly readBackShare: number | undefined;
}

const listingConnections = 16;

/** Opens both sides of runs, each once. Fails with what is missing in the environment. */
export function connector(
  { env }: CliIo,
  options: { readonly readBackShare?: number | undefined } = {},
): Result<{ readonly open: (connections: RunConnections) => Result<RunPorts>; readonly close: () => Promise<void> }> {
  const access = accessIn(env, options.readBackShare);
  if (!access.ok) return access;
  const opened = new Map<string, OpenedRun>();
  return ok({
    open: (connections) => {
      const name = JSON.stringify(connections);
      const known = opened.get(name);
      if (known !== undefined) return ok(known.ports);
      // What another kind of target needs may be missing or wrong.
      const swift =
        connections.target.type === 'swift' ? access.value.swift(connections.authorities ?? []) : ok(undefined);
      if (!swift.ok) return swift;
      const run = openRun(connections, access.value, swift.value);
      opened.set(name, run);
      return ok(run.ports);
    },
    close: async () => {
      await Promise.all([...opened.values()].map(({ close }) => close()));
    },
  });
}

interface OpenedRun {
  readonly ports: RunPorts;
  readonly close: () => Promise<void>;
}

function openRun(
  { source, target, dataSync, trino, authorities = [] }: RunConnections,
  access: Access,
  swift: SwiftTarget | undefined,
): OpenedRun {
  const sourceStore = sourceOf(source);
  const targetStore: S3Target = {
    endpoint: target.endpoint,
    region: target.region,
    credentials: access.targetKeys,
    capabilities: { trailingChecksums: target.trailingChecksums },
    ...caOf(access.targetCa, authorities),
  };
  const clients = { source: s3Client(sourceStore), target: s3Client(targetStore) };
  const listing = s3Transfer(sourceStore, { connections: listingConnections });
  const catalog = glueTables(sourceStore);
  const stream = streamEngine({
    source: sourceStore,
    target: swift === undefined ? { type: 's3', store: targetStore } : { type: 'swift', store: swift },
    ...(access.readBackShare !== undefined && { readBackShare: access.readBackShare }),
  });
  const rclone = rcloneEngine({
    source: sourceStore,
    target: { ...targetStore, provider: target.type === 'ceph-rgw' ? 'Ceph' : 'Other' },
    stream,
    ...(access.rclone !== undefined && { program: access.rclone }),
  });
  const byDataSync =
    dataSync === undefined
      ? undefined
      : dataSyncEngine({
          source: sourceStore,
          target: { ...targetStore, endpoint: target.endpoint },
          accessKeyId: access.targetKeys.accessKeyId,
          keepsTags: dataSync.keepsTags,
          settings: dataSync,
          stream,
        });
  return {
    ports: {
      engines: new Map<TableEngine, CopyEngine>([
        ['stream', stream],
        ['rclone', rclone],
        ...(byDataSync === undefined ? [] : [['datasync', byDataSync] as const]),
      ]),
      lister: bucketLister(listing),
      catalog,
      stores: {
        source: { client: clients.source, target: sourceStore },
        target: { client: clients.target, target: targetStore },
      },
      trino: trinoClient({
        url: trino.url,
        user: trino.user,
        ...access.trino,
        ...caOf(access.trino.ca, authorities),
      }),
      hasObjects: objectsIn(clients.target, targetStore),
    },
    close: async () => {
      clients.source.destroy();
      clients.target.destroy();
      catalog.close();
      await Promise.all([stream.close(), rclone.close(), byDataSync?.close(), listing.close()]);
    },
  };
}

/** The source's credentials are those that the AWS SDK finds. */
export function sourceOf({ endpoint, region, requesterPays = false }: RunConnections['source']): S3Target {
  return { region, requesterPays, ...(endpoint !== null && { endpoint, capabilities: { trailingChecksums: false } }) };
}

type Env = CliIo['env'];

function accessIn(env: Env, readBackShare: number | undefined): Result<Access> {
  const problems: Diagnostic[] = [];
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const accessKeyId = given('A2O_TARGET_ACCESS_KEY_ID') ?? '';
  const secretAccessKey = given('A2O_TARGET_SECRET_ACCESS_KEY') ?? '';
  if (accessKeyId === '' || secretAccessKey === '') problems.push(noKeys());
  const targetCa = readCertificate(env, 'A2O_TARGET_CA_FILE');
  const trino = trinoSecrets(env, 'A2O_TRINO');
  for (const read of [targetCa, trino]) if (!read.ok) problems.push(...read.error);
  if (!targetCa.ok || !trino.ok || problems.length > 0) return fail(problems);
  return ok({
    targetKeys: { accessKeyId, secretAccessKey },
    targetCa: targetCa.value,
    trino: trino.value,
    swift: (authorities) => swiftIn(env, targetCa.value, authorities),
    rclone: given('A2O_RCLONE'),
    readBackShare,
  });
}

function swiftIn(
  env: Env,
  targetCa: string | undefined,
  authorities: readonly string[],
): Result<SwiftTarget | undefined> {
  if ((env['OS_CLOUD'] ?? env['OS_AUTH_URL'] ?? '') === '') return ok(undefined);
  const settings = readCloudSettings(env);
  if (!settings.ok) return settings;
  const { authUrl, auth } = settings.value;
  const region = env['OS_REGION_NAME'] ?? 'RegionOne';
  const ofCloud = readAuthority(settings.value);
  if (!ofCloud.ok) return ofCloud;
  return ok({
    account: { authUrl, auth, region, interface: settings.value.interface },
    ...caOf(ofCloud.value ?? targetCa, authorities),
  });
}

function noKeys(): Diagnostic {
  return diagnostic({
    code: 'target-keys',
    message:
      'A2O_TARGET_ACCESS_KEY_ID or A2O_TARGET_SECRET_ACCESS_KEY is not set, so nothing can be written to the target.',
    fix: 'Create a key pair (openstack ec2 credentials create, or radosgw-admin user create) and set both variables.',
  });
}
