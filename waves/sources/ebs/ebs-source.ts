import type { EBSClient } from '@aws-sdk/client-ebs';
import {
  createSnapshots,
  deleteSnapshot,
  describeInstance,
  findSnapshots,
  switchInstance,
  volumeSizes,
} from '../../../clients/ec2/index.js';
import type { Ec2Client, Ec2Snapshot, Instance } from '../../../clients/ec2/index.js';
import { PrerequisiteError, RollbackError, SourcePreparationError, TransientError } from '../../machines/index.js';
import type { DiskSource, Pass, SourceContext, SourceMachine } from '../disk-source.js';
import { valueOf } from '../failures.js';
import type { PermanentError } from '../failures.js';
import { copySnapshot } from './copy-snapshot.js';

export interface EbsSourceOptions {
  readonly ec2: Ec2Client;
  readonly ebs: EBSClient;
  /** Blocks of a disk that are read at the same time. @default 32 */
  readonly width?: number;
}

const gib = 2 ** 30;

/**
 * Instances of EC2, whose disks are read by snapshots of EBS: all blocks first, then those that have changed. Besides what
 * its clients need, it uses no right.
 */
export function ebsSource({ ec2, ebs, width = 32 }: EbsSourceOptions): DiskSource {
  const find = async (id: string, context: SourceContext, As: PermanentError): Promise<Instance | undefined> =>
    valueOf(await describeInstance(ec2, id, context.signal), {
      what: `EC2 does not describe the instance ${id}`,
      As,
      signal: context.signal,
    });

  const snapshotsOf = async (pass: Pass, context: SourceContext): Promise<readonly Ec2Snapshot[]> =>
    valueOf(await findSnapshots(ec2, { ...tagsOf(context), a2o_pass: pass }, context.signal), {
      what: 'EC2 does not list snapshots',
      As: SourcePreparationError,
      signal: context.signal,
    });

  return {
    name: 'ebs',
    describe: async (vmId, context) => {
      const instance = await find(vmId, context, PrerequisiteError);
      if (instance === undefined || instance.state === 'terminated')
        throw new PrerequisiteError(`EC2 has no instance ${vmId} in this account and region; correct sourceVmId.`);
      if (!instance.rootIsVolume)
        throw new PrerequisiteError(
          `The root disk of ${vmId} is an instance store, which has no snapshots: only disks on EBS can be copied.`,
        );
      const sizes = valueOf(
        await volumeSizes(
          ec2,
          instance.volumes.map(({ id }) => id),
          context.signal,
        ),
        { what: `EC2 does not describe the volumes of ${vmId}`, As: PrerequisiteError, signal: context.signal },
      );
      return machineOf(instance, sizes);
    },

    keepPoint: async (machine, pass, context) => {
      const found = await snapshotsOf(pass, context);
      const own = machine.disks.map(({ id }) => oldestOf(found, id));
      if (own.some((snapshot) => snapshot === undefined)) {
        valueOf(
          await createSnapshots(
            ec2,
            { instanceId: machine.id, tags: { ...tagsOf(context), a2o_pass: pass } },
            context.signal,
          ),
          { what: `EC2 takes no snapshots of ${machine.id}`, As: SourcePreparationError, signal: context.signal },
        );
        return { is: 'waiting', what: 'EC2 takes snapshots' };
      }
      const broken = own.find((snapshot) => snapshot?.state === 'error');
      if (broken !== undefined)
        throw new SourcePreparationError(`The snapshot ${broken.id} of ${broken.volumeId} failed in EC2.`);
      const pending = own.filter((snapshot) => snapshot?.state !== 'completed');
      if (pending.length === 0) return { is: 'ready' };
      const progress = pending.map((snapshot) => `${snapshot?.id ?? ''} ${snapshot?.progress ?? ''}`.trim());
      return { is: 'waiting', what: `EC2 takes snapshots: ${progress.join(', ')}` };
    },

    copyDisk: async ({ disk, pass, file, onProgress }, context) => {
      const snapshot = oldestOf(await snapshotsOf(pass, context), disk.id);
      if (snapshot?.state !== 'completed')
        throw new TransientError(`EC2 does not list the completed snapshot of ${disk.id}.`);
      const { sizeBytes } = disk;
      return await copySnapshot({
        client: ebs,
        snapshotId: snapshot.id,
        sizeBytes,
        file,
        width,
        signal: context.signal,
        onProgress,
      });
    },

    stop: async (machine, context) => {
      const state = (await find(machine.id, context, SourcePreparationError))?.state;
      if (state === 'stopped') return 'stopped';
      if (state === undefined || state === 'terminated')
        throw new SourcePreparationError(`The instance ${machine.id} does not exist any more.`);
      if (state !== 'stopping')
        valueOf(await switchInstance(ec2, { id: machine.id, to: 'stopped' }, context.signal), {
          what: `EC2 does not stop ${machine.id}`,
          As: SourcePreparationError,
          signal: context.signal,
        });
      return 'waiting';
    },

    start: async (machine, context) => {
      const { id } = machine;
      const state = (await find(id, context, RollbackError))?.state;
      if (state === undefined || state === 'terminated') {
        const why = 'EC2 has terminated it; its snapshots are kept';
        return { is: 'started', restored: [], notRestored: [{ what: `instance ${id}`, why }], isLost: true };
      }
      if (!machine.wasRunning)
        return { is: 'started', restored: [`instance ${id} stays stopped, as before`], notRestored: [] };
      if (state === 'running')
        return { is: 'started', restored: [`instance ${id} runs on its own volumes and addresses`], notRestored: [] };
      if (state === 'stopped')
        valueOf(await switchInstance(ec2, { id, to: 'running' }, context.signal), {
          what: `EC2 does not start ${id}`,
          As: RollbackError,
          signal: context.signal,
        });
      return { is: 'waiting', restored: [], notRestored: [] };
    },

    cleanUp: async (_machine, context) => {
      const what = { what: 'EC2 does not list snapshots', As: SourcePreparationError, signal: context.signal };
      const all = valueOf(await findSnapshots(ec2, tagsOf(context), context.signal), what);
      const left: string[] = [];
      for (const { id } of all) {
        const deleted = await deleteSnapshot(ec2, id, context.signal);
        context.signal.throwIfAborted();
        if (!deleted.ok) left.push(`snapshot ${id} in EC2 (${deleted.error.code})`);
      }
      return left;
    },
  };
}

function tagsOf({ migrationId }: SourceContext): Readonly<Record<string, string>> {
  return { a2o_migration: migrationId };
}

/** After a crash there may be two of a volume; all steps take the same one. */
function oldestOf(snapshots: readonly Ec2Snapshot[], volumeId: string): Ec2Snapshot | undefined {
  return snapshots
    .filter((snapshot) => snapshot.volumeId === volumeId)
    .sort((a, b) => (a.startedAt < b.startedAt || (a.startedAt === b.startedAt && a.id < b.id) ? -1 : 1))[0];
}

function machineOf(instance: Instance, sizes: ReadonlyMap<string, number>): SourceMachine {
  const { id, name, state, bootMode, isWindows, rootDevice, volumes, addresses } = instance;
  const isBoot = ({ device }: { readonly device: string }): number => (device === rootDevice ? 0 : 1);
  const ordered = [...volumes].sort((a, b) => isBoot(a) - isBoot(b) || (a.device < b.device ? -1 : 1));
  return {
    id,
    name,
    wasRunning: state === 'running' || state === 'pending',
    disks: ordered.map((volume) => ({ id: volume.id, device: volume.device, sizeBytes: sizeOf(volume.id, sizes) })),
    ...(bootMode !== '' && { firmware: bootMode.startsWith('uefi') ? ('uefi' as const) : ('bios' as const) }),
    os: isWindows ? 'windows' : 'linux',
    addresses,
  };
}

function sizeOf(volumeId: string, sizes: ReadonlyMap<string, number>): number {
  const size = sizes.get(volumeId);
  if (size === undefined || !(size > 0)) throw new PrerequisiteError(`EC2 does not tell the size of ${volumeId}.`);
  return size * gib;
}
