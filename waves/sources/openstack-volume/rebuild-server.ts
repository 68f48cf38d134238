import type { Cloud } from '../../cloud/cloud.js';
import { ensureServer } from '../../cloud/servers.js';
import { findVolume } from '../../cloud/volumes.js';
import type { SourceMachine, StartState } from '../disk-source.js';

/** The parts that a server was made of, besides its volumes. */
export interface ServerParts {
  readonly flavorId: string;
  readonly portIds: readonly string[];
  readonly zone: string | null;
  readonly keyName: string | null;
}

/** Boots a server that was deleted anew, on the volumes and ports that it left. */
export async function rebuildServer(cloud: Cloud, migrationId: string, machine: SourceMachine): Promise<StartState> {
  const { name, disks, details } = machine;
  const { flavorId, portIds, zone, keyName } = details as unknown as ServerParts;
  const lostVolumes: string[] = [];
  for (const { id } of disks) if ((await findVolume(cloud, id)) === undefined) lostVolumes.push(id);
  const [boot] = disks;
  if (boot === undefined || lostVolumes.includes(boot.id)) {
    const why = `its server and its boot volume ${boot?.id ?? ''} were deleted at the source`;
    return { is: 'started', restored: [], notRestored: [{ what: `server ${name}`, why }], isLost: true };
  }
  const isLost = lostVolumes.length > 0;
  const ports: string[] = [];
  for (const id of portIds)
    if ((await cloud.find('network', `/v2.0/ports/${id}`, 'Neutron does not show a port')) !== undefined)
      ports.push(id);
  const lostPorts = portIds.filter((id) => !ports.includes(id));
  if (ports.length === 0) {
    const why = 'its server and its ports were deleted at the source; its volumes are kept';
    return { is: 'started', restored: [], notRestored: [{ what: `server ${name}`, why }], isLost };
  }
  const kept = disks.map(({ id }) => id).filter((id) => !lostVolumes.includes(id));
  const server = await ensureServer(cloud, {
    name,
    migrationId,
    part: 'source',
    flavorId,
    portIds: ports,
    volumeIds: kept,
    ...(zone !== null && { zone }),
    ...(keyName !== null && { keyName }),
  });
  if (server.status === 'ERROR') {
    const why = `Nova could not boot it again: ${server.fault?.message ?? 'status ERROR'}`;
    return { is: 'started', restored: [], notRestored: [{ what: `server ${name}`, why }], isLost };
  }
  if (server.status !== 'ACTIVE') return { is: 'waiting', restored: [], notRestored: [] };
  return {
    is: 'started',
    restored: [`server ${name} was booted anew (${server.id}) on its ${kept.length} volumes and ${ports.length} ports`],
    notRestored: [...lostVolumes.map((id) => lost('volume', id)), ...lostPorts.map((id) => lost('port', id))],
    isLost,
  };
}

function lost(kind: string, id: string): { readonly what: string; readonly why: string } {
  return { what: `${kind} ${id}`, why: 'it was deleted at the source' };
}
