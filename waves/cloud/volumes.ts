import { query } from './cloud.js';
import type { Cloud } from './cloud.js';
import { migrationKey } from './names.js';

/** Source: Block Storage API v3. */
export interface Volume {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  /** GiB. */
  readonly size: number;
  readonly bootable: string;
  readonly created_at: string;
  readonly availability_zone: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly server_id: string; readonly device?: string | null }[];
  readonly volume_image_metadata?: Readonly<Record<string, string>>;
}

export interface NewVolume {
  readonly name: string;
  readonly migrationId: string;
  readonly sizeGib: number;
  readonly from: { readonly image: string } | { readonly snapshot: string };
  readonly type?: string | undefined;
  readonly zone?: string | undefined;
}

export async function findVolume(cloud: Cloud, id: string): Promise<Volume | undefined> {
  const found = await cloud.find<{ readonly volume: Volume }>(
    'volume',
    `/volumes/${id}`,
    `Cinder does not show the volume ${id}`,
  );
  return found?.volume;
}

/** The volumes of this name that belong to the migration, the oldest first. */
async function volumesNamed(cloud: Cloud, name: string, migrationId: string): Promise<readonly Volume[]> {
  const path = `/volumes/detail?${query({ name })}`;
  const { volumes } = await cloud.get<{ readonly volumes: readonly Volume[] }>(
    'volume',
    path,
    'Cinder does not list volumes',
  );
  return volumes
    .filter((one) => one.name === name && one.metadata[migrationKey] === migrationId)
    .sort((a, b) => (`${a.created_at} ${a.id}` < `${b.created_at} ${b.id}` ? -1 : 1));
}

/** The volume, made unless it exists; the caller waits until it is `available`. */
export async function ensureVolume(cloud: Cloud, volume: NewVolume): Promise<Volume> {
  const { name, migrationId, sizeGib, from, type, zone } = volume;
  const [found, ...surplus] = await volumesNamed(cloud, name, migrationId);
  // Of two attempts at the same time, both have made one.
  for (const { id, status } of surplus)
    if (status === 'available' || status === 'error')
      await cloud.remove('volume', `/volumes/${id}`, `The volume ${name} cannot be deleted`);
  if (found !== undefined) return found;
  const json = {
    volume: {
      name,
      size: sizeGib,
      metadata: { [migrationKey]: migrationId },
      ...('image' in from ? { imageRef: from.image } : { snapshot_id: from.snapshot }),
      ...(type !== undefined && { volume_type: type }),
      ...(zone !== undefined && { availability_zone: zone }),
    },
  };
  const what = `The volume ${name} of ${sizeGib} GiB cannot be made`;
  return (await cloud.post<{ readonly volume: Volume }>('volume', '/volumes', json, what)).volume;
}

/** `waiting` while it cannot be deleted yet. Looks for it by its name, so that a forgotten one is found, too. */
export async function removeVolumes(cloud: Cloud, name: string, migrationId: string): Promise<'removed' | 'waiting'> {
  const all = await volumesNamed(cloud, name, migrationId);
  for (const { id, status } of all)
    if (status !== 'deleting') await cloud.remove('volume', `/volumes/${id}`, `The volume ${name} cannot be deleted`);
  return all.length === 0 ? 'removed' : 'waiting';
}

export interface VolumeSnapshot {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export async function snapshotNamed(
  cloud: Cloud,
  name: string,
  migrationId: string,
): Promise<VolumeSnapshot | undefined> {
  const { snapshots } = await cloud.get<{ readonly snapshots: readonly VolumeSnapshot[] }>(
    'volume',
    `/snapshots/detail?${query({ name })}`,
    'Cinder does not list snapshots',
  );
  return snapshots.find((one) => one.name === name && one.metadata[migrationKey] === migrationId);
}

/** A snapshot of a volume, in use or not, made unless it exists. */
export async function ensureSnapshot(
  cloud: Cloud,
  { name, migrationId, volumeId }: { readonly name: string; readonly migrationId: string; readonly volumeId: string },
): Promise<VolumeSnapshot> {
  const found = await snapshotNamed(cloud, name, migrationId);
  if (found !== undefined) return found;
  const snapshot = { name, volume_id: volumeId, force: true, metadata: { [migrationKey]: migrationId } };
  const what = `The snapshot ${name} of the volume ${volumeId} cannot be taken`;
  return (await cloud.post<{ readonly snapshot: VolumeSnapshot }>('volume', '/snapshots', { snapshot }, what)).snapshot;
}

export async function removeSnapshot(cloud: Cloud, name: string, migrationId: string): Promise<'removed' | 'waiting'> {
  const found = await snapshotNamed(cloud, name, migrationId);
  if (found === undefined) return 'removed';
  if (found.status !== 'deleting')
    await cloud.remove('volume', `/snapshots/${found.id}`, `The snapshot ${name} cannot be deleted`);
  return 'waiting';
}
