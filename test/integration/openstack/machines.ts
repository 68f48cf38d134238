import { join } from 'node:path';
import { machineClouds } from '../../support/machine-session.js';
import { startMetadataProxy } from '../../support/metadata-proxy.js';
import { ownedBy } from '../../support/openstack-cloud.js';
import type { Cloud } from '../../support/openstack-cloud.js';
import { scratchMachine } from '../../support/scratch-machine.js';
import type { ScratchMachine } from '../../support/scratch-machine.js';
import { outputOf, run } from '../../support/terraform.js';
import type { LakehouseInCloud } from './lakehouse-in-cloud.js';

/** Folders that stand for the servers of a lakehouse. */
export interface Machines {
  readonly byHost: ReadonlyMap<string, ScratchMachine>;
  /** `container/object` of the bundle that their servers' metadata names, and its SHA-256. */
  readonly bundle: { readonly place: string; readonly sha256: string };
  stop(): Promise<void>;
}

interface Server {
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Each with Nova's own metadata, and the credential that the operator puts there. */
export async function startMachines(cloud: Cloud, lakehouse: LakehouseInCloud): Promise<Machines> {
  const { project, folder } = lakehouse;
  const [clouds, owned] = await Promise.all([machineCredential(cloud, lakehouse), ownedBy(project)]);
  const servers = (owned['servers'] ?? []) as unknown as Server[];
  const started = await Promise.all(
    servers.map(async ({ id, name: host, metadata }) => {
      const proxy = await startMetadataProxy(cloud, { id, projectId: project.session.projectId });
      const machine = scratchMachine({
        root: join(folder, 'machines', host),
        userData: lakehouse.userData(),
        metadataUrl: proxy.url,
        clouds,
        volume: metadata['a2o_data_volume'],
      });
      return { host, proxy, machine };
    }),
  );
  const [first] = servers;
  return {
    byHost: new Map(started.map(({ host, machine }) => [host, machine])),
    bundle: { place: first?.metadata['a2o_bundle'] ?? '', sha256: first?.metadata['a2o_bundle_sha256'] ?? '' },
    stop: async () => {
      await Promise.all(started.map(({ proxy }) => proxy.stop()));
    },
  };
}

/** As docs/deploying.md says: the object store's key pair in Barbican, and an application credential in clouds.yaml. */
async function machineCredential({ authorityFile }: Cloud, { name, project }: LakehouseInCloud): Promise<string> {
  const env = { ...project.env, ...(authorityFile !== undefined && { OS_CACERT: authorityFile }) };
  const openstack = (...args: string[]): Promise<string> => outputOf(run('/usr/bin/openstack', args, { env }));
  const keyPair = async (): Promise<void> => {
    const made = await openstack('ec2', 'credentials', 'create', '-f', 'json');
    const { access, secret } = JSON.parse(made) as Record<string, string>;
    const stored = ['--name', `${name}-object-store`, '--payload-content-type', 'text/plain'];
    await openstack('secret', 'store', ...stored, '--payload', `${access ?? ''}:${secret ?? ''}`);
  };
  const roles = ['--role', 'member', '--role', 'observer'];
  const [clouds] = await Promise.all([machineClouds(env, roles), keyPair()]);
  return clouds;
}

/** `it-ha-worker-3` is a worker. */
export function roleOf(host: string, { name }: LakehouseInCloud): string {
  return host.slice(name.length + 1).replace(/-\d+$/, '');
}
