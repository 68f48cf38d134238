import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatBytes } from '../../../core/format-bytes.js';
import { Cloud } from '../../cloud/cloud.js';
import { imagesOf, removeImage } from '../../cloud/images.js';
import { labelOf } from '../../cloud/names.js';
import { removeServerById } from '../../cloud/servers.js';
import {
  CutoverError,
  MigrationExecutionError,
  PrerequisiteError,
  RollbackError,
  TransientError,
  ValidationError,
  VerificationError,
} from '../../machines/index.js';
import type { Payload } from '../../payload/index.js';
import type {
  DiskSource,
  NotRestored,
  Pass,
  SourceContext,
  SourceMachine,
  StartState,
} from '../../sources/disk-source.js';
import type { PermanentError } from '../../sources/failures.js';
import type { Launch, Machine, MigrationService, Replication, ServiceContext } from '../migration-service.js';
import { checkTarget } from './check-target.js';
import { copyDisk } from './copy-disk.js';
import { launch, removalsOf } from './launch.js';
import type { LaunchKind, Removal } from './launch.js';
import { disksOf, memoryOf, remember } from './memory.js';
import type { CopiedDisk } from './memory.js';
import { optionsOf } from './options.js';
import type { OpenStackTarget } from './target.js';

interface Step {
  readonly machine: Machine;
  readonly context: ServiceContext;
}

/**
 * Moves machines to a project of an OpenStack cloud, as an ordinary member of it: their disks become images and volumes,
 * which new servers boot from. All of it is named `a2o-<migrationId>-…` and labelled `a2o_migration`, so that a repeated
 * step finds it. The source machine is stopped for the last copy, and never changed otherwise.
 */
export function openStackService(target: OpenStackTarget): MigrationService {
  const { name = 'openstack', work, workFolder, removalSeconds = 120, pollMs = 1000 } = target;

  const cloudOf = ({ context }: Pick<Step, 'context'>, As: PermanentError): Cloud =>
    new Cloud(target.cloud, context.signal, As);
  const sourceOf = (payload: Payload): DiskSource => {
    const source = target.sourceOf(payload);
    if (source !== undefined) return source;
    throw new ValidationError(
      `The service ${name} has no access to machines of ${payload.source}: start the worker with the settings of that source (docs/waves/sources.md).`,
    );
  };
  const sourceContext = ({ machine, context }: Step): SourceContext => ({
    migrationId: machine.migrationId,
    signal: context.signal,
  });
  const folderOf = ({ migrationId }: Pick<Machine, 'migrationId'>): string => join(workFolder, migrationId);
  const workFile = (machine: Machine, index: number, pass: Pass): string =>
    join(folderOf(machine), `disk-${index}.${pass}`);

  const describe = async (step: Step): Promise<SourceMachine> => {
    const { source } = memoryOf(step.context.memory());
    if (source !== undefined) return source;
    const { payload } = step.machine;
    const found = await sourceOf(payload).describe(payload.sourceVmId, sourceContext(step));
    if (found.disks.length === 0)
      throw new PrerequisiteError(`The machine ${payload.sourceVmId} has no disks to copy.`);
    await remember(step.context, { source: found });
    return found;
  };

  /** As it is right before it is stopped. Throws a CutoverError where it has other disks than those that were copied. */
  const describeAgain = async (step: Step, known: SourceMachine): Promise<SourceMachine> => {
    const { payload } = step.machine;
    try {
      const latest = await sourceOf(payload).describe(payload.sourceVmId, sourceContext(step));
      requireSameDisks(known, latest);
      // Somebody may have stopped it for the cutover already.
      return { ...known, wasRunning: known.wasRunning || latest.wasRunning };
    } catch (error) {
      // A source that is gone writes no more, and its disks may still be there: that shows when they are copied.
      if (error instanceof PrerequisiteError) return known;
      throw error;
    }
  };

  /** The disks of a pass as soon as all are copied; before that, how far they are. */
  const bringDisks = async (step: Step, pass: Pass, withImages: boolean): Promise<Progress> => {
    const { machine, context } = step;
    const known = disksOf(memoryOf(context.memory()), pass);
    if (known?.every(({ imageId }) => !withImages || imageId !== null) === true) return { is: 'ready', disks: known };
    const source = sourceOf(machine.payload);
    const described = await describe(step);
    const point = await source.keepPoint(described, pass, sourceContext(step));
    if (point.is === 'waiting') return { is: 'waiting', what: point.what };
    if (pass === 'first' && memoryOf(context.memory()).firstPointAt === undefined)
      await remember(context, { firstPointAt: context.now().toISOString() });
    // Only the first pass is made without images. Forgotten, so that the work that follows is not cancelled, too.
    if (known !== undefined) {
      for (const index of known.keys()) await work.cancel(workFile(machine, index, pass));
      await remember(context, { firstDisks: null });
    }
    const earlier = pass === 'final' ? memoryOf(context.memory()).firstDisks : undefined;
    const states = await Promise.all(
      described.disks.map((disk, index) =>
        work.advance(
          workFile(machine, index, pass),
          copyDisk({
            target,
            source,
            migrationId: machine.migrationId,
            machine: described,
            disk,
            index,
            pass,
            withImage: withImages,
            properties: propertiesOf(machine.payload, described),
            file: join(folderOf(machine), `disk-${index}.raw`),
            earlier: earlier?.[index],
          }),
        ),
      ),
    );
    const results = states.flatMap((state) => (state.is === 'done' ? [state.result as unknown as CopiedDisk] : []));
    if (results.length === states.length) {
      await remember(context, pass === 'first' ? { firstDisks: results } : { finalDisks: results });
      return { is: 'ready', disks: results };
    }
    const running = states.flatMap((state, index) =>
      state.is === 'running'
        ? [
            `disk ${index}: ${state.phase ?? 'waiting'} ${formatBytes(state.copiedBytes ?? 0)} of ${formatBytes(state.totalBytes ?? 0)}`,
          ]
        : [],
    );
    const copiedBytes = states.reduce(
      (sum, state, index) =>
        sum +
        (state.is === 'done' || (state.phase ?? 'copying') !== 'copying'
          ? (described.disks[index]?.sizeBytes ?? 0)
          : (state.copiedBytes ?? 0)),
      0,
    );
    return { is: 'waiting', what: running.join(', '), copiedBytes };
  };

  const launchWith = async (step: Step, kind: LaunchKind, As: PermanentError): Promise<Launch> => {
    const pass = kind === 'test' ? 'first' : 'final';
    const disks = await bringDisks(step, pass, true);
    if (disks.is === 'waiting') return { is: 'waiting', health: disks.what };
    const { payload } = step.machine;
    const { launch: state, target: launched } = await launch(cloudOf(step, As), { kind, payload, disks: disks.disks });
    if (kind === 'cutover' && launched !== undefined)
      await remember(step.context, {
        target: launched,
        cutOverAt: memoryOf(step.context.memory()).cutOverAt ?? step.context.now().toISOString(),
      });
    return state;
  };

  const removeAll = async (step: Step, removals: readonly Removal[]): Promise<void> => {
    const lastAt = performance.now() + removalSeconds * 1000;
    for (const removal of removals)
      while ((await removal()) === 'waiting') {
        if (performance.now() > lastAt)
          throw new TransientError(`${target.cloud.name} has not removed all of ${step.machine.migrationId} yet.`);
        await delay(pollMs, undefined, { signal: step.context.signal });
      }
  };
  const endTest = async (step: Step, As: PermanentError): Promise<void> => {
    const diskCount = memoryOf(step.context.memory()).source?.disks.length ?? 0;
    const { payload } = step.machine;
    await removeAll(step, removalsOf(cloudOf(step, As), { kind: 'test', payload, diskCount }));
  };
  /** At the target, and at the source. Returns what something depends on, in words. */
  const removeCopies = async (step: Step, As: PermanentError): Promise<readonly string[]> => {
    const cloud = cloudOf(step, As);
    const left: string[] = [];
    for (const { id, name: image } of await imagesOf(cloud, step.machine.migrationId))
      if ((await removeImage(cloud, id)) === 'kept') left.push(`image ${image} (${id}), of which a volume is a clone`);
    const { source } = memoryOf(step.context.memory());
    if (source === undefined) return left;
    return [...left, ...(await sourceOf(step.machine.payload).cleanUp(source, sourceContext(step)))];
  };
  /** Of a machine whose disks are gone at the source. */
  const keptCopies = async (step: Step): Promise<readonly string[]> => {
    const { migrationId, payload } = step.machine;
    const images = await imagesOf(cloudOf(step, RollbackError), migrationId);
    return [
      ...images.map(({ id, name }) => `image ${name} (${id}), a copy of a disk of ${payload.sourceVmId}`).sort(),
      `what was copied of ${payload.sourceVmId} at the source (label ${labelOf(migrationId)})`,
    ];
  };
  const endWork = async ({ machine, context }: Step): Promise<void> => {
    const count = memoryOf(context.memory()).source?.disks.length ?? 0;
    for (let index = 0; index < count; index += 1)
      for (const pass of ['first', 'final'] as const) await work.cancel(workFile(machine, index, pass));
    await rm(folderOf(machine), { recursive: true, force: true });
  };

  return {
    name,
    serves: (payload) => payload.target === 'openstack' && target.sourceOf(payload) !== undefined,
    validate: async (machine, context) => {
      optionsOf(machine.payload);
      const step = { machine, context };
      await target.qemuImg.version();
      await checkTarget(cloudOf(step, PrerequisiteError), machine.payload);
      await sourceOf(machine.payload).describe(machine.payload.sourceVmId, sourceContext(step));
    },
    prepare: async (machine, context) => {
      const step = { machine, context };
      const source = await describe(step);
      await requireSpace(workFolder, source);
      await sourceOf(machine.payload).keepPoint(source, 'first', sourceContext(step));
    },
    replicate: async (machine, context) => {
      await bringDisks({ machine, context }, 'first', isTested(machine.payload));
    },
    replication: async (machine, context): Promise<Replication> => {
      const step = { machine, context };
      const source = await describe(step);
      const totalBytes = source.disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const progress = await bringDisks(step, 'first', isTested(machine.payload));
      const since = memoryOf(context.memory()).firstPointAt;
      const lagSeconds = since === undefined ? null : Math.max(0, (context.now().getTime() - Date.parse(since)) / 1000);
      if (progress.is === 'ready') return { is: 'ready', lagSeconds, copiedBytes: totalBytes, totalBytes };
      context.log(`copying: ${progress.what}`);
      return { is: 'waiting', lagSeconds, copiedBytes: progress.copiedBytes ?? 0, totalBytes };
    },
    launchTest: async (machine, context) => {
      await launchWith({ machine, context }, 'test', MigrationExecutionError);
    },
    testLaunch: (machine, context) => launchWith({ machine, context }, 'test', VerificationError),
    endTest: (machine, context) => endTest({ machine, context }, MigrationExecutionError),
    cutOver: async (machine, context) => {
      const step = { machine, context };
      const source = await describe(step);
      if (memoryOf(context.memory()).cutOverBegunAt === undefined)
        await remember(context, {
          source: await describeAgain(step, source),
          cutOverBegunAt: context.now().toISOString(),
        });
      await sourceOf(machine.payload).stop(source, sourceContext(step));
    },
    cutover: async (machine, context) => {
      const step = { machine, context };
      const source = await describe(step);
      // Once the final disks are there, the source has rested; the target has them even if somebody starts it again.
      if (memoryOf(context.memory()).finalDisks === undefined) {
        const state = await sourceOf(machine.payload).stop(source, sourceContext(step));
        const { finalPointAt } = memoryOf(context.memory());
        if (state === 'waiting' && finalPointAt !== undefined)
          throw new CutoverError(
            `Somebody has started the source machine ${source.id} again since ${finalPointAt}, while it was copied for the last time: what it has written since would be lost.`,
          );
        if (state === 'waiting') return { is: 'waiting', health: `the source machine ${source.id} is stopping` };
        if (finalPointAt === undefined) await remember(context, { finalPointAt: context.now().toISOString() });
      }
      return await launchWith(step, 'cutover', CutoverError);
    },
    finalize: async (machine, context) => {
      const step = { machine, context };
      await endTest(step, CutoverError);
      const copies = await removeCopies(step, CutoverError);
      await endWork(step);
      const { source } = memoryOf(context.memory());
      const stopped =
        source === undefined ? [] : [`the source machine ${source.id}, which stays stopped, with its disks`];
      await remember(context, { left: [...copies, ...stopped] });
    },
    rollBack: async (machine, context) => {
      const step = { machine, context };
      const { source, cutOverBegunAt, cutOverAt, target: launched } = memoryOf(context.memory());
      await endWork(step);
      const cloud = cloudOf(step, RollbackError);
      const diskCount = source?.disks.length ?? 0;
      const [server, ...others] = removalsOf(
        cloud,
        { kind: 'cutover', payload: machine.payload, diskCount },
        { keepVolumes: cutOverAt !== undefined },
      );
      // Two machines with the same addresses must not run at the same time.
      if (server !== undefined) await removeAll(step, [server]);
      // Somebody may have given it another name.
      if (launched !== undefined) await removeAll(step, [() => removeServerById(cloud, launched.serverId)]);
      const started =
        source === undefined
          ? nothingToStart
          : cutOverBegunAt === undefined
            ? await leaveAlone(step, source)
            : await start(step, source);
      await removeAll(step, others);
      await endTest(step, RollbackError);
      const copies = started.isLost === true ? await keptCopies(step) : await removeCopies(step, RollbackError);
      const kept = cutOverAt === undefined ? [] : (launched?.volumeIds ?? []).map((id) => `volume ${id}`);
      await remember(context, { left: [...kept, ...copies] });
      return { restored: started.restored, notRestored: [...started.notRestored, ...lostWrites(cutOverAt, kept)] };
    },
  };

  /** A source that this migration has not stopped. If it is stopped, somebody wants it so; if it is gone, its copies stay. */
  async function leaveAlone(step: Step, { id }: SourceMachine): Promise<Started> {
    const { payload } = step.machine;
    try {
      await sourceOf(payload).describe(payload.sourceVmId, sourceContext(step));
      return nothingToStart;
    } catch (error) {
      if (!(error instanceof PrerequisiteError)) throw error;
      return { restored: [], notRestored: [{ what: `the source machine ${id}`, why: error.message }], isLost: true };
    }
  }

  async function start(step: Step, source: SourceMachine): Promise<Started> {
    const lastAt = performance.now() + removalSeconds * 1000;
    for (;;) {
      const state = await sourceOf(step.machine.payload).start(source, sourceContext(step));
      if (state.is === 'started') return state;
      if (performance.now() > lastAt) throw new TransientError(`The source machine ${source.id} has not started yet.`);
      await delay(pollMs, undefined, { signal: step.context.signal });
    }
  }
}

type Progress =
  | { readonly is: 'ready'; readonly disks: readonly CopiedDisk[] }
  | { readonly is: 'waiting'; readonly what: string; readonly copiedBytes?: number };

type Started = Pick<StartState, 'restored' | 'notRestored' | 'isLost'>;

const nothingToStart: Started = { restored: ['the source machine was not touched'], notRestored: [] };

function isTested({ rules }: Payload): boolean {
  return rules?.test !== false;
}

function lostWrites(cutOverAt: string | undefined, kept: readonly string[]): readonly NotRestored[] {
  if (cutOverAt === undefined) return [];
  const why = `the source does not have it; the target keeps it: ${kept.join(', ')}`;
  return [{ what: `what was written at the target since ${cutOverAt}`, why }];
}

/** A disk that was attached or grown since would be missing at the target, or cut off. */
function requireSameDisks(known: SourceMachine, latest: SourceMachine): void {
  const shown = ({ disks }: SourceMachine): string =>
    disks.map(({ id, sizeBytes }) => `${id} (${formatBytes(sizeBytes)})`).join(', ');
  const text = ({ disks }: SourceMachine): string =>
    disks
      .map(({ id, sizeBytes }) => `${id} ${sizeBytes}`)
      .sort()
      .join('\n');
  if (text(known) === text(latest)) return;
  throw new CutoverError(
    `The disks of ${known.id} have changed since it was prepared: they were ${shown(known)}, and are ${shown(latest)}. Submit the machine again with another migrationId.`,
  );
}

function propertiesOf(payload: Payload, { firmware, os }: SourceMachine): Readonly<Record<string, string>> {
  const options = optionsOf(payload);
  const chosen = options.firmware ?? firmware;
  return {
    hw_disk_bus: options.diskBus ?? 'virtio',
    hw_vif_model: options.vifModel ?? 'virtio',
    ...(options.diskBus === 'scsi' && { hw_scsi_model: 'virtio-scsi' }),
    ...(chosen !== undefined && { hw_firmware_type: chosen }),
    ...(os !== undefined && { os_type: os }),
  };
}

/** A raw file and its image may both be as large as the disk. */
async function requireSpace(folder: string, { disks }: SourceMachine): Promise<void> {
  if (!existsSync(folder)) await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const needed = disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bavail * bsize >= needed) return;
  throw new PrerequisiteError(
    `The work folder ${folder} has ${formatBytes(bavail * bsize)} left, and the machine's disks take up to ${formatBytes(needed)}: make room, or choose another folder (--work-folder).`,
  );
}
