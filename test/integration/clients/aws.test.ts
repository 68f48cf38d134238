import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLocationObjectStorageCommand, CreateLocationSmbCommand, DataSyncClient } from '@aws-sdk/client-datasync';
import type { DataSyncClientConfig } from '@aws-sdk/client-datasync';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudWatchClient, readEngineMetrics } from '../../../clients/cloudwatch/index.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Client } from '../../../clients/s3/index.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { followExecution, forgetTask, startExecution } from '../../../migration/copy/datasync/execution.js';
import type { ExecutionBench } from '../../../migration/copy/datasync/execution.js';
import { manifestKey, transfersOf } from '../../../migration/copy/datasync/transfer.js';
import { workBucket } from '../../../migration/copy/datasync/work-bucket.js';
import { followEngineMetrics } from '../../../cli/migrate/engine-metrics.js';
import type { Log } from '../../../cli/log.js';
import { openQueue, storeRun } from '../../../state/index.js';
import { latestEngineMetrics } from '../../../state/repositories/engine-metrics.js';
import { enqueuedJobs, jobOf, until } from '../../support/jobs.js';
import { opened, startEngine } from '../../support/state-engines.js';
import { cli } from '../../support/run-cli.js';
import { LiveLimits } from '../../../migration/copy/limits.js';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
}, 120_000);
afterAll(() => moto.stop());

/** moto has no locations of object storage; one of SMB stands in. */
function clientOfMoto(place: DataSyncClientConfig): DataSyncClient {
  const client = new DataSyncClient({ ...place, maxAttempts: 1 });
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  const instead = (command: unknown): Promise<unknown> => {
    if (!(command instanceof CreateLocationObjectStorageCommand)) return send(command);
    const { ServerHostname, AgentArns = [] } = command.input;
    const smb = { ServerHostname, AgentArns, Subdirectory: '/there', User: 'user', Password: 'password' };
    return send(new CreateLocationSmbCommand(smb));
  };
  return Object.assign(client, { send: instead });
}

test('assess s3 --json names what it read and what it wrote', async () => {
  const s3 = s3Client({ endpoint: moto.endpoint, region: 'us-east-1', credentials: motoCredentials });
  await s3.send(new CreateBucketCommand({ Bucket: 'acme-lake' }));
  await s3.send(new PutObjectCommand({ Bucket: 'acme-lake', Key: 'a/b', Body: 'four' }));
  const folder = mkdtempSync(join(tmpdir(), 'a2o-assess-s3-'));
  const { accessKeyId, secretAccessKey } = motoCredentials;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  try {
    const place = ['--region', 'us-east-1', '--endpoint-url', moto.endpoint, '--output-dir', folder];
    const { code, stdout } = await cli(['assess', 's3', '--bucket', 'acme-lake', ...place, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'AssessedBuckets', summary: { objects: 1, bytes: 4 } });
  } finally {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    rmSync(folder, { recursive: true });
  }
});

test('an execution is begun once, followed to its end, and its task removed; moto answers as the service does', async () => {
  const settings = {
    workBucket: 'acme-work',
    role: 'arn:aws:iam::123456789012:role/datasync',
    targetSecret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:target',
    agents: ['arn:aws:datasync:us-east-1:123456789012:agent/agent-0a1b2c3d4e5f60718'],
  };
  const place = { endpoint: moto.endpoint, region: 'us-east-1', credentials: motoCredentials };
  const s3 = s3Client(place);
  await s3.send(new CreateBucketCommand({ Bucket: settings.workBucket }));
  const bench: ExecutionBench = {
    client: clientOfMoto(place),
    settings,
    store: { endpoint: 'https://rgw.acme.example', accessKeyId: 'key' },
    work: workBucket(s3, settings.workBucket),
    keepsTags: false,
    limits: new LiveLimits(),
    pollMs: 1,
    stopping: new AbortController().signal,
  };
  const object = {
    bucket: 'lake',
    key: 'a,b',
    versionId: 'v1',
    etag: 'e',
    size: 1,
    lastModified: '',
    storageClass: 'STANDARD',
  };
  const [transfer] = transfersOf([{ source: object, target: { bucket: 'there', key: 'a,b' } }]);
  if (transfer === undefined) throw new Error('nothing to transfer');

  const begun = await startExecution(transfer, bench);
  expect(await startExecution(transfer, bench)).toEqual(begun);
  expect(await bench.work.texts(manifestKey(transfer))).toEqual(['"a,b","v1"\n']);
  expect(await followExecution(begun, bench)).toEqual({ state: 'done' });
  await forgetTask(begun, bench);
  expect((await startExecution(transfer, bench)).taskArn).not.toBe(begun.taskArn);
  s3.destroy();
  bench.client.destroy();
}, 60_000);

test('what CloudWatch says of DMS, DataSync and Glue is read by task and job, in the minutes asked for', async () => {
  const client = cloudWatchClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials: motoCredentials });
  const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 300_000);
  const told = (namespace: string, name: string, value: number, dimensions: Readonly<Record<string, string>>) =>
    client.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [
          {
            MetricName: name,
            Timestamp: at,
            Value: value,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
        ],
      }),
    );
  const task = { ReplicationInstanceIdentifier: 'lake', ReplicationTaskIdentifier: 'TASK1' };
  await told('AWS/DMS', 'CDCLatencyTarget', 40, task);
  await told('AWS/DMS', 'CPUUtilization', 99, { ReplicationInstanceIdentifier: 'lake' });
  await told('AWS/DataSync', 'BytesTransferred', 1000, { TaskId: 'task-0a1b' });
  const failedTasks = 'glue.driver.aggregate.numFailedTasks';
  await told('Glue', failedTasks, 2, { JobName: 'to-iceberg', JobRunId: 'ALL', Type: 'count' });
  await told('Glue', failedTasks, 2, { JobName: 'to-iceberg', JobRunId: 'jr_1', Type: 'count' });

  const asked = { from: new Date(at.getTime() - 60_000), to: new Date(at.getTime() + 60_000) };
  const read = await readEngineMetrics(client, asked);
  expect(read.ok && [...read.value].sort((a, b) => a.engine.localeCompare(b.engine))).toEqual([
    { engine: 'DATASYNC', resource: 'task-0a1b', metric_name: 'BytesTransferred', measured_at: at, value: 1000 },
    { engine: 'DMS', resource: 'TASK1', metric_name: 'CDCLatencyTarget', measured_at: at, value: 40 },
    { engine: 'GLUE', resource: 'to-iceberg', metric_name: failedTasks, measured_at: at, value: 2 },
  ]);
  const earlier = { from: new Date(at.getTime() - 3_600_000), to: new Date(at.getTime() - 1_800_000) };
  expect(await readEngineMetrics(client, earlier)).toEqual({ ok: true, value: [] });
  client.destroy();
});

test('a worker stores it for the runs that are open, and says once why it cannot', async () => {
  const engine = await startEngine('embedded');
  const state = await opened(await engine.fresh());
  const boss = await openQueue(state, { queues: ['tables'], supervise: false, onProblem: () => undefined });
  const [jobId = ''] = await enqueuedJobs(state, boss, 'tables', 1);
  const { assessment_id: assessmentId } = await jobOf(state, jobId);
  const follow = async (endpoint: string, isDone: () => Promise<boolean>): Promise<readonly string[]> => {
    const connections = { source: { endpoint, region: 'us-east-1' } };
    await storeRun(state, { assessmentId, planSha256: 'p', connections, limits: {} });
    const stop = new AbortController();
    const said: string[] = [];
    const log: Log = { line: ({ message }) => said.push(message), failed: () => 1 };
    const following = followEngineMetrics(state, { queues: ['tables'], log, signal: stop.signal });
    await until(async () => ((await isDone()) || said.length > 0 ? true : undefined));
    stop.abort();
    await following;
    return said;
  };
  const stored = async (): Promise<boolean> =>
    (await latestEngineMetrics(state, { since: new Date(Date.now() - 3_600_000) })).length === 3;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
  });
  expect(await follow(moto.endpoint, stored)).toEqual([]);
  expect(await stored()).toBe(true);
  const never = (): Promise<boolean> => Promise.resolve(false);
  expect(await follow('http://127.0.0.1:1', never)).toEqual([expect.stringContaining('--cloudwatch')]);
  await boss.stop({ graceful: false });
  await state.close();
  await engine.stop();
}, 60_000);
