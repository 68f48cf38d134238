import {
  CancelTaskExecutionCommand,
  CreateTaskCommand,
  DeleteTaskCommand,
  DescribeTaskCommand,
  DescribeTaskExecutionCommand,
  paginateListTasks,
  StartTaskExecutionCommand,
  UpdateTaskExecutionCommand,
} from '@aws-sdk/client-datasync';
import type { DataSyncClient, Options } from '@aws-sdk/client-datasync';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveLimits } from '../limits.js';
import { isAborted } from '../stop-after.js';
import { bucketArn, sourceLocation, tags, targetLocation } from './locations.js';
import type { ObjectStorage } from './locations.js';
import type { DataSyncSettings } from './settings.js';
import { manifestKey, manifestOf, reportFolder } from './transfer.js';
import type { Transfer } from './transfer.js';
import type { WorkBucket } from './work-bucket.js';

export interface ExecutionBench {
  readonly client: DataSyncClient;
  readonly settings: DataSyncSettings;
  readonly store: ObjectStorage;
  readonly work: WorkBucket;
  /** Whether the target keeps tags. */
  readonly keepsTags: boolean;
  readonly limits: LiveLimits;
  readonly pollMs: number;
  readonly stopping: AbortSignal;
}

export interface Execution {
  readonly arn: string;
  readonly taskArn: string;
}

/** The execution that copies these objects: one that an earlier worker has begun, or a new one. */
export async function startExecution(transfer: Transfer, bench: ExecutionBench): Promise<Execution> {
  const known = await findTask(bench.client, transfer.name);
  const begun = known === undefined ? undefined : await lastExecution(bench.client, known);
  if (begun !== undefined) return begun;
  const taskArn = known ?? (await createTask(transfer, bench));
  const started = await bench.client.send(new StartTaskExecutionCommand({ TaskArn: taskArn }));
  return { arn: started.TaskExecutionArn ?? '', taskArn };
}

/** Unless it has failed. */
async function lastExecution(client: DataSyncClient, taskArn: string): Promise<Execution | undefined> {
  const { CurrentTaskExecutionArn: arn } = await client.send(new DescribeTaskCommand({ TaskArn: taskArn }));
  if (arn === undefined) return undefined;
  const { Status } = await client.send(new DescribeTaskExecutionCommand({ TaskExecutionArn: arn }));
  return Status === 'ERROR' || Status === 'CANCELLING' ? undefined : { arn, taskArn };
}

/** How it ended. After the signal it is cancelled. */
export type ExecutionEnd =
  | { readonly state: 'done' }
  | { readonly state: 'interrupted' }
  | { readonly state: 'error'; readonly code: string; readonly detail: string };

export async function followExecution({ arn }: Execution, bench: ExecutionBench): Promise<ExecutionEnd> {
  const { client, limits, pollMs, stopping, settings } = bench;
  let limit = limits.current.bytesPerSecond;
  while (!isAborted(stopping)) {
    const { Status, Result } = await client.send(new DescribeTaskExecutionCommand({ TaskExecutionArn: arn }));
    if (Status === 'SUCCESS') return { state: 'done' };
    if (Status === 'ERROR')
      return { state: 'error', code: Result?.ErrorCode ?? 'ERROR', detail: Result?.ErrorDetail ?? '' };
    const { bytesPerSecond } = limits.current;
    if (isBasic(settings) && bytesPerSecond !== limit) {
      const Options = { BytesPerSecond: bytesPerSecond ?? -1 };
      await client.send(new UpdateTaskExecutionCommand({ TaskExecutionArn: arn, Options }));
      limit = bytesPerSecond;
    }
    await sleep(pollMs, undefined, { signal: stopping }).catch(() => undefined);
  }
  await client.send(new CancelTaskExecutionCommand({ TaskExecutionArn: arn }));
  return { state: 'interrupted' };
}

/** An account has few tasks; what was copied stays, and so does the report. */
export async function forgetTask({ taskArn }: Execution, { client }: ExecutionBench): Promise<void> {
  await client.send(new DeleteTaskCommand({ TaskArn: taskArn }));
}

async function findTask(client: DataSyncClient, name: string): Promise<string | undefined> {
  for await (const { Tasks = [] } of paginateListTasks({ client }, {})) {
    const found = Tasks.find(({ Name }) => Name === name);
    if (found !== undefined) return found.TaskArn;
  }
  return undefined;
}

async function createTask(transfer: Transfer, bench: ExecutionBench): Promise<string> {
  const { client, settings, store, work } = bench;
  await work.put(manifestKey(transfer), manifestOf(transfer));
  const access = { BucketAccessRoleArn: settings.role, S3BucketArn: bucketArn(settings, settings.workBucket) };
  const made = await client.send(
    new CreateTaskCommand({
      Name: transfer.name,
      SourceLocationArn: await sourceLocation(client, settings, transfer.sourceBucket),
      DestinationLocationArn: await targetLocation(client, settings, store, transfer.targetBucket),
      TaskMode: isBasic(settings) ? 'BASIC' : 'ENHANCED',
      Options: optionsOf(bench),
      ManifestConfig: {
        Action: 'TRANSFER',
        Format: 'CSV',
        Source: { S3: { ...access, ManifestObjectPath: manifestKey(transfer) } },
      },
      TaskReportConfig: {
        Destination: { S3: { ...access, Subdirectory: reportFolder(transfer) } },
        OutputType: 'STANDARD',
        ReportLevel: 'SUCCESSES_AND_ERRORS',
      },
      Tags: tags,
    }),
  );
  return made.TaskArn ?? '';
}

/** Agents work in Basic mode only, which knows a limit of bandwidth. */
function isBasic({ agents = [] }: DataSyncSettings): boolean {
  return agents.length > 0;
}

function optionsOf({ settings, keepsTags, limits }: ExecutionBench): Options {
  const { bytesPerSecond } = limits.current;
  return {
    VerifyMode: 'ONLY_FILES_TRANSFERRED',
    OverwriteMode: 'ALWAYS',
    TransferMode: 'ALL',
    PreserveDeletedFiles: 'PRESERVE',
    ObjectTags: keepsTags ? 'PRESERVE' : 'NONE',
    Uid: 'NONE',
    Gid: 'NONE',
    PosixPermissions: 'NONE',
    LogLevel: 'OFF',
    ...(isBasic(settings) && bytesPerSecond !== null && { BytesPerSecond: Math.ceil(bytesPerSecond) }),
  };
}
