import {
  ChangeServerLifeCycleStateCommand,
  FinalizeCutoverCommand,
  GetLaunchConfigurationCommand,
  ResumeReplicationCommand,
  RetryDataReplicationCommand,
  StartCutoverCommand,
  StartReplicationCommand,
  StartTestCommand,
  TerminateTargetInstancesCommand,
  UpdateLaunchConfigurationCommand,
} from '@aws-sdk/client-mgn';
import type { MgnClient, SourceServer } from '@aws-sdk/client-mgn';
import { readAddresses, setLaunchTemplate } from '../../../clients/ec2/index.js';
import type { Ec2Client, LaunchSettings } from '../../../clients/ec2/index.js';
import { sha256 } from '../../../core/canonical-json.js';
import {
  CutoverError,
  MigrationExecutionError,
  PrerequisiteError,
  RollbackError,
  SourcePreparationError,
  TransientError,
  ValidationError,
  VerificationError,
} from '../../machines/errors.js';
import type { Memory } from '../../machines/machine-record.js';
import type { Payload } from '../../payload/payload.js';
import type {
  Launch,
  Machine,
  MigrationService,
  Replication,
  RolledBack,
  ServiceContext,
} from '../migration-service.js';
import { asking, ec2Failure, errorOf } from './failures.js';
import type { Refusal } from './failures.js';
import { secondsOf } from './lag.js';
import { findJob, jobTag, readLaunch, readTermination } from './launch-job.js';
import { countReplicating, findServer, isReplicating, readServer } from './source-server.js';

export interface MgnSettings {
  readonly client: MgnClient;
  /** Of the same account and region. */
  readonly ec2: Ec2Client;
  /** The quota of MGN in the account and region. @default 20 */
  readonly replicatingServers?: number;
}

type Server = SourceServer & { readonly sourceServerID: string };

/** Names in the memory of what is done once for each launch. */
const launches = {
  test: { intended: 'mgnTestIntended', job: 'mgnTestJob', by: 'START_TEST', Refused: MigrationExecutionError },
  cutover: { intended: 'mgnCutoverIntended', job: 'mgnCutoverJob', by: 'START_CUTOVER', Refused: CutoverError },
} as const;
type LaunchKind = keyof typeof launches;

/** Clocks of this machine and of MGN may differ as much. */
const skewMs = 60_000;
const defaultQuota = 20;

/**
 * AWS Application Migration Service: agents replicate the disks of machines into this account, and MGN launches them in
 * EC2. Source: AWS Application Migration Service user guide and API reference.
 */
export class MgnService implements MigrationService {
  readonly name = 'mgn';

  constructor(private readonly settings: MgnSettings) {}

  serves({ target }: Payload): boolean {
    return target === 'aws';
  }

  async validate({ payload }: Machine): Promise<void> {
    const { rules, network, securityGroupIds, subnetId } = payload;
    if (rules?.test !== false && network?.testSubnetId === undefined)
      throw new ValidationError(
        "'network.testSubnetId' is missing: a test launch needs an isolated subnet. Name one, or set 'rules.test' to false.",
      );
    if (network?.testSubnetId === subnetId)
      throw new ValidationError(
        "'network.testSubnetId' must be another subnet than 'subnetId': a test launch is isolated.",
      );
    if (securityGroupIds.length === 0)
      throw new ValidationError("'securityGroupIds' is empty: MGN would launch into the default group of the VPC.");
    if (network?.macAddress !== undefined)
      throw new ValidationError("'network.macAddress' cannot be chosen on AWS. Remove it.");
    const server = await findServer(this.client, payload.sourceVmId);
    checkLifeCycle(server);
    const quota = this.settings.replicatingServers ?? defaultQuota;
    if (!isReplicating(server) && (await countReplicating(this.client)) >= quota)
      throw new PrerequisiteError(
        `${quota} servers replicate already, which is MGN's quota here. Finalize others first, or have the quota raised.`,
      );
  }

  async prepare({ payload }: Machine, context: ServiceContext): Promise<void> {
    const { sourceServerID } = await findServer(this.client, payload.sourceVmId);
    await context.remember({ mgnServer: sourceServerID });
    await asking('Setting the launch configuration', SourcePreparationError, () =>
      this.client.send(
        new UpdateLaunchConfigurationCommand({
          sourceServerID,
          name: payload.targetVmName,
          launchDisposition: 'STARTED',
          // The launch template names the type.
          targetInstanceTypeRightSizingMethod: 'NONE',
          copyPrivateIp: false,
          copyTags: true,
        }),
      ),
    );
  }

  async replicate(machine: Machine, { memory }: ServiceContext): Promise<void> {
    const { sourceServerID, dataReplicationInfo } = await this.serverOf(machine, memory());
    const start = startsBy[dataReplicationInfo?.dataReplicationState ?? ''];
    if (start === undefined) return;
    await asking('Starting the replication', MigrationExecutionError, () => start(this.client, { sourceServerID }));
  }

  async replication(machine: Machine, context: ServiceContext): Promise<Replication> {
    const server = await this.serverOf(machine, context.memory());
    const { lifeCycle, dataReplicationInfo = {}, sourceServerID } = server;
    const {
      dataReplicationState = 'INITIATING',
      lagDuration,
      replicatedDisks = [],
      dataReplicationError,
    } = dataReplicationInfo;
    if (dataReplicationState === 'DISCONNECTED')
      throw new MigrationExecutionError(
        `The agent of ${sourceServerID} is disconnected from MGN. Install it again on the source, then submit the machine anew.`,
      );
    if (dataReplicationError?.error !== undefined)
      context.log('MGN reports an error of the replication', {
        error: dataReplicationError.error,
        state: dataReplicationState,
      });
    const sum = (key: 'replicatedStorageBytes' | 'totalStorageBytes'): number | null =>
      replicatedDisks.length === 0 ? null : replicatedDisks.reduce((bytes, disk) => bytes + (disk[key] ?? 0), 0);
    const isReady = dataReplicationState === 'CONTINUOUS' && testable.includes(lifeCycle?.state ?? '');
    return {
      is: isReady ? 'ready' : 'waiting',
      lagSeconds: (lagDuration === undefined ? undefined : secondsOf(lagDuration)) ?? null,
      copiedBytes: sum('replicatedStorageBytes'),
      totalBytes: sum('totalStorageBytes'),
    };
  }

  async launchTest(machine: Machine, context: ServiceContext): Promise<void> {
    const { network, instanceType, options } = machine.payload;
    await this.launch('test', machine, context, {
      instanceType,
      subnetId: network?.testSubnetId ?? '',
      securityGroupIds: textOf(options?.['testSecurityGroupIds']),
    });
  }

  async testLaunch(machine: Machine, { memory }: ServiceContext): Promise<Launch> {
    return await this.launchOf('test', machine, memory());
  }

  async endTest(machine: Machine, context: ServiceContext): Promise<void> {
    const { mgnTestJob } = context.memory();
    if (typeof mgnTestJob !== 'string') return;
    const server = await this.serverOf(machine, context.memory());
    if (launchedBy(server, mgnTestJob)) await this.terminate(machine, server, context, MigrationExecutionError);
    await this.changeLifeCycle(server, 'READY_FOR_CUTOVER', MigrationExecutionError);
    await context.remember({ mgnTestJob: null, mgnTestIntended: null });
  }

  async cutOver(machine: Machine, context: ServiceContext): Promise<void> {
    const { network, instanceType, subnetId, securityGroupIds } = machine.payload;
    await this.launch('cutover', machine, context, {
      instanceType,
      subnetId,
      securityGroupIds,
      privateIp: network?.fixedIp,
    });
  }

  async cutover(machine: Machine, { memory, signal }: ServiceContext): Promise<Launch> {
    const launched = await this.launchOf('cutover', machine, memory());
    const { dns } = machine.payload;
    // Addresses are asked for where names are to lead there.
    if (launched.is !== 'ready' || dns === undefined || dns.addresses !== undefined) return launched;
    const addresses = await this.addressesOf(machine, memory(), signal);
    const [address] = addresses;
    return address === undefined ? launched : { ...launched, address, addresses };
  }

  async finalize(machine: Machine, { memory }: ServiceContext): Promise<void> {
    const { sourceServerID, lifeCycle } = await this.serverOf(machine, memory());
    if (finalized.includes(lifeCycle?.state ?? '')) return;
    await asking('Finalizing the cutover', CutoverError, () =>
      this.client.send(new FinalizeCutoverCommand({ sourceServerID })),
    );
  }

  async rollBack(machine: Machine, context: ServiceContext): Promise<RolledBack> {
    const remembered = context.memory();
    if (remembered['mgnServer'] === undefined)
      return { restored: [`${machine.payload.sourceVmId} was not changed`], notRestored: [] };
    const server = await this.serverOf(machine, remembered);
    const what = `${machine.payload.sourceVmId} (${server.sourceServerID})`;
    if (finalized.includes(server.lifeCycle?.state ?? ''))
      return {
        restored: [],
        notRestored: [{ what, why: 'its cutover was finalized: MGN has deleted what it replicated' }],
      };
    const restored: string[] = [];
    for (const kind of ['cutover', 'test'] as const) {
      const job = await this.jobOf(kind, machine, remembered);
      if (job === undefined) continue;
      const isBeingTerminated = typeof context.memory()['mgnTerminateJob'] === 'string';
      if (!launchedBy(server, job) && !isBeingTerminated) continue;
      await this.terminate(machine, server, context, RollbackError);
      restored.push(`the instance of the ${kind} launch ${job} is terminated`);
    }
    // MGN refuses it without a lag, which a server has while it replicates.
    if (server.dataReplicationInfo?.lagDuration !== undefined)
      await this.changeLifeCycle(server, 'READY_FOR_TEST', RollbackError);
    await context.remember({ mgnTestJob: null, mgnTestIntended: null, mgnCutoverJob: null, mgnCutoverIntended: null });
    restored.push(`${what} is ready for a test again, and its replication goes on; the source was not stopped`);
    return { restored, notRestored: [] };
  }

  /** The private one, and that of IPv6, of the instance that was launched last. */
  private async addressesOf(machine: Machine, memory: Memory, signal: AbortSignal): Promise<readonly string[]> {
    const { launchedInstance } = await this.serverOf(machine, memory);
    const id = launchedInstance?.ec2InstanceID;
    if (id === undefined) throw new TransientError('MGN does not name the instance that it launched yet.');
    const found = await readAddresses(this.settings.ec2, id, signal);
    if (found.ok) return found.value;
    signal.throwIfAborted();
    throw errorOf(`Reading the addresses of ${id}`, CutoverError, ec2Failure(found.error));
  }

  private get client(): MgnClient {
    return this.settings.client;
  }

  private async serverOf({ payload }: Machine, { mgnServer }: Memory): Promise<Server> {
    return typeof mgnServer === 'string'
      ? await readServer(this.client, mgnServer)
      : await findServer(this.client, payload.sourceVmId);
  }

  private async launch(
    kind: LaunchKind,
    machine: Machine,
    context: ServiceContext,
    settings: LaunchSettings,
  ): Promise<void> {
    const { intended, job: jobName, Refused } = launches[kind];
    const known = await this.jobOf(kind, machine, context.memory());
    if (known !== undefined) {
      await context.remember({ [jobName]: known });
      return;
    }
    const server = await this.serverOf(machine, context.memory());
    const at = context.now().toISOString();
    await context.remember({ [intended]: at });
    await this.changeLifeCycle(server, kind === 'test' ? 'READY_FOR_TEST' : 'READY_FOR_CUTOVER', Refused);
    await this.setTemplate(machine, server, settings, { token: `${kind} ${at}`, signal: context.signal, Refused });
    const request = { sourceServerIDs: [server.sourceServerID], tags: { [jobTag]: machine.migrationId } };
    const { job } = await asking(`Starting the ${kind} launch`, Refused, () =>
      kind === 'test'
        ? this.client.send(new StartTestCommand(request))
        : this.client.send(new StartCutoverCommand(request)),
    );
    if (job?.jobID === undefined) throw new TransientError('MGN named no job for the launch.');
    await context.remember({ [jobName]: job.jobID });
  }

  /** As remembered; or by its tag, where the answer to the start of it may have been lost. */
  private async jobOf(kind: LaunchKind, { migrationId }: Machine, memory: Memory): Promise<string | undefined> {
    const { intended, job, by } = launches[kind];
    const [knownJob, intendedAt] = [memory[job], memory[intended]];
    if (typeof knownJob === 'string') return knownJob;
    if (typeof intendedAt !== 'string') return undefined;
    const since = new Date(Date.parse(intendedAt) - skewMs);
    return (await findJob(this.client, migrationId, by, since))?.jobID;
  }

  private async launchOf(kind: LaunchKind, machine: Machine, memory: Memory): Promise<Launch> {
    const { job } = launches[kind];
    const jobId = memory[job];
    if (typeof jobId !== 'string')
      throw new VerificationError(`No ${kind} launch was started for ${machine.migrationId}.`);
    const { sourceServerID } = await this.serverOf(machine, memory);
    return await readLaunch(this.client, jobId, sourceServerID);
  }

  private async setTemplate(
    machine: Machine,
    { sourceServerID }: Server,
    settings: LaunchSettings,
    { token, signal, Refused }: { readonly token: string; readonly signal: AbortSignal; readonly Refused: Refusal },
  ): Promise<void> {
    const { ec2LaunchTemplateID } = await asking('Reading the launch configuration', Refused, () =>
      this.client.send(new GetLaunchConfigurationCommand({ sourceServerID })),
    );
    if (ec2LaunchTemplateID === undefined) throw new Refused(`${sourceServerID} has no launch template in EC2.`);
    const set = await setLaunchTemplate(this.settings.ec2, ec2LaunchTemplateID, settings, {
      token: sha256(`${machine.migrationId} ${token}`),
      description: `a2o_migration=${machine.migrationId}`,
      signal,
    });
    if (set.ok) return;
    signal.throwIfAborted();
    throw errorOf(`Setting the launch template ${ec2LaunchTemplateID}`, Refused, ec2Failure(set.error));
  }

  /** Does nothing where the server has that state. */
  private async changeLifeCycle(
    { sourceServerID, lifeCycle }: Server,
    state: 'READY_FOR_TEST' | 'READY_FOR_CUTOVER',
    refusal: Refusal,
  ): Promise<void> {
    if (lifeCycle?.state === state) return;
    await asking(`Changing the life cycle of ${sourceServerID} to ${state}`, refusal, () =>
      this.client.send(new ChangeServerLifeCycleStateCommand({ sourceServerID, lifeCycle: { state } })),
    );
  }

  /** Throws a TransientError while MGN is at it: the step is called again. */
  private async terminate(
    { migrationId }: Machine,
    { sourceServerID }: Server,
    context: ServiceContext,
    Refused: Refusal,
  ): Promise<void> {
    let { mgnTerminateJob: jobId } = context.memory();
    if (typeof jobId !== 'string') {
      const { job } = await asking(`Terminating the instance of ${sourceServerID}`, Refused, () =>
        this.client.send(
          new TerminateTargetInstancesCommand({ sourceServerIDs: [sourceServerID], tags: { [jobTag]: migrationId } }),
        ),
      );
      if (job?.jobID === undefined) throw new TransientError('MGN named no job for the termination.');
      jobId = job.jobID;
      await context.remember({ mgnTerminateJob: jobId });
    }
    const ended = await readTermination(this.client, jobId, sourceServerID);
    if (ended.is === 'waiting')
      throw new TransientError(`MGN is still terminating the instance of ${sourceServerID} (${jobId}).`);
    // Forgotten in any case, so that another attempt orders another job.
    await context.remember({ mgnTerminateJob: null });
    if (ended.is === 'failed')
      throw new Refused(`MGN could not terminate the instance of ${sourceServerID} (${jobId}): ${ended.why}.`);
  }
}

/** Whether the instance that the server has now is the job's, and nobody else's. */
function launchedBy({ launchedInstance }: Server, job: string): boolean {
  return launchedInstance?.ec2InstanceID !== undefined && launchedInstance.jobID === job;
}

/** How a replication that stands still goes on, by its state. */
const startsBy: Readonly<
  Record<string, (client: MgnClient, server: { readonly sourceServerID: string }) => Promise<unknown>>
> = {
  STOPPED: (client, server) => client.send(new StartReplicationCommand(server)),
  PAUSED: (client, server) => client.send(new ResumeReplicationCommand(server)),
  STALLED: (client, server) => client.send(new RetryDataReplicationCommand(server)),
};

const testable: readonly string[] = ['READY_FOR_TEST', 'TESTING', 'READY_FOR_CUTOVER'];
const finalized: readonly string[] = ['CUTOVER', 'DISCONNECTED'];

function checkLifeCycle({ sourceServerID, lifeCycle, isArchived }: Server): void {
  const state = lifeCycle?.state;
  if (isArchived === true)
    throw new PrerequisiteError(`The source server ${sourceServerID} is archived in MGN. Install its agent anew.`);
  if (state !== undefined && [...finalized, 'CUTTING_OVER'].includes(state))
    throw new PrerequisiteError(
      `The source server ${sourceServerID} is in the state ${state}: it was cut over before. Install its agent anew to migrate it again.`,
    );
}

/** A list in one text, separated by commas. */
function textOf(value: unknown): readonly string[] {
  return typeof value === 'string'
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : [];
}
