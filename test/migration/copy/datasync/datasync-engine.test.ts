import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { CopyEngine, CopyOptions, CopyOutcome, CopyTask } from '../../../../migration/copy/copy-engine.js';
import { dataSyncEngine } from '../../../../migration/copy/datasync/index.js';
import type { DataSyncSettings } from '../../../../migration/copy/datasync/index.js';
import { startExecution } from '../../../../migration/copy/datasync/execution.js';
import { transfersOf } from '../../../../migration/copy/datasync/transfer.js';
import { LiveLimits } from '../../../../migration/copy/limits.js';
import { collect, sha256, summary } from '../../../support/copy-stores.js';
import { DataSyncStub } from '../../../support/datasync-stub.js';
import { etagOf, MemoryS3 } from '../../../support/memory-s3.js';
import type { StoredObject } from '../../../support/memory-s3.js';

const content = Buffer.from('some content');
const settings: DataSyncSettings = {
  workBucket: 'acme-work',
  role: 'arn:aws-cn:iam::123456789012:role/datasync',
  targetSecret: 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:target',
};
let source: MemoryS3;
let target: MemoryS3;
let service: DataSyncStub;
let streamed: string[];

beforeEach(async () => {
  [source, target] = [await new MemoryS3().start(), await new MemoryS3().start()];
  service = await new DataSyncStub(source, target).start();
  streamed = [];
});
afterEach(async () => {
  await Promise.all([source.stop(), target.stop(), service.stop()]);
});

const stream: CopyEngine = {
  name: 'stream',
  copy: async function* (tasks) {
    for await (const { source: from, target: to } of tasks) {
      streamed.push(to.key);
      yield { source: from, target: to, state: 'copied', sha256: 'by stream', bytes: from.size };
    }
  },
};

function taskFor(key: string, object: StoredObject = { content }, ref: Partial<CopyTask['source']> = {}): CopyTask {
  source.objects.set(`lake/${key}${ref.versionId === undefined ? '' : `?${ref.versionId ?? ''}`}`, object);
  return {
    source: {
      bucket: 'lake',
      key,
      versionId: null,
      etag: etagOf(object),
      size: object.content.length,
      lastModified: '2026-01-01T00:00:00Z',
      storageClass: 'STANDARD',
      ...ref,
    },
    target: { bucket: 'there', key },
  };
}

async function copy(
  tasks: Iterable<CopyTask>,
  more: Partial<CopyOptions> = {},
  changes: Partial<DataSyncSettings> & { readonly keepsTags?: boolean } = {},
): Promise<readonly CopyOutcome[]> {
  const { keepsTags = true, ...rest } = changes;
  const engine = dataSyncEngine({
    source: source.target,
    target: { ...target.target, endpoint: target.target.endpoint ?? '' },
    accessKeyId: 'target-key',
    keepsTags,
    settings: { ...settings, ...rest },
    stream,
    client: service.client(),
    work: service,
    retries: { attempts: 2, firstDelayMs: 1 },
    pollMs: 1,
    idleMs: 5,
    graceMs: 1,
  });
  try {
    return await collect(
      engine.copy(tasks, { signal: new AbortController().signal, limits: new LiveLimits(), ...more }),
    );
  } finally {
    await engine.close();
  }
}

const whyOf = (outcome: CopyOutcome | undefined): string => (outcome?.notes ?? []).map(({ message }) => message).join();

test('objects are copied by one execution, and count when both ends have the same', async () => {
  const contents = ['a', 'b "quoted", c', 'd/e'].map((key) => [key, randomBytes(50)] as const);
  const headers = { 'content-type': 'x/y', 'content-encoding': 'gzip', 'x-amz-meta-owner': 'sales' };
  const outcomes = await copy(
    contents.map(([key, bytes]) => taskFor(key, { content: bytes, headers, tags: { team: 'x' } })),
  );
  expect(summary(outcomes)).toEqual({ copied: 3 });
  expect(new Map(outcomes.map(({ source: { key }, sha256: hash }) => [key, hash]))).toEqual(
    new Map(contents.map(([key, bytes]) => [key, sha256(bytes)])),
  );
  expect([outcomes.map(whyOf), streamed]).toEqual([['', '', ''], []]);
  expect(service.inputsOf('StartTaskExecution')).toHaveLength(1);
  expect(service.tasks.size).toBe(0);
});

test('the secret key of the target goes nowhere: DataSync gets it from Secrets Manager', async () => {
  await copy([taskFor('a')]);
  expect(service.inputsOf('CreateLocationObjectStorage')).toEqual([
    {
      ServerHostname: '127.0.0.1',
      ServerPort: Number(new URL(target.target.endpoint ?? '').port),
      ServerProtocol: 'HTTP',
      BucketName: 'there',
      Subdirectory: '/',
      AccessKey: 'target-key',
      CustomSecretConfig: { SecretArn: settings.targetSecret, SecretAccessRoleArn: settings.role },
      Tags: [{ Key: 'created-by', Value: 'aws2openstack' }],
    },
  ]);
  expect(service.inputsOf('CreateLocationS3')).toMatchObject([{ S3BucketArn: 'arn:aws-cn:s3:::lake' }]);
  expect(service.inputsOf('CreateTask')).toMatchObject([
    {
      TaskMode: 'ENHANCED',
      Options: { VerifyMode: 'ONLY_FILES_TRANSFERRED', TransferMode: 'ALL', ObjectTags: 'PRESERVE' },
      ManifestConfig: { Format: 'CSV', Source: { S3: { S3BucketArn: 'arn:aws-cn:s3:::acme-work' } } },
      TaskReportConfig: { ReportLevel: 'SUCCESSES_AND_ERRORS' },
    },
  ]);
});

test.each([
  [true, 'The object was copied without a comparison of its tags, if it has any'],
  [false, 'The object was copied without its tags, if it has any'],
])('where tags may not be read, a note tells (the target keeps tags: %s)', async (keepsTags, note) => {
  source.hidesTags = true;
  const [outcome] = await copy([taskFor('a', { content, tags: { team: 'x' } })], {}, { keepsTags });
  expect(outcome?.state).toBe('copied');
  expect(whyOf(outcome)).toContain(note);
  expect(streamed).toEqual([]);
});

test('with agents the task is in Basic mode, with a third of the bandwidth; a target without tags is asked for none', async () => {
  const agents = ['arn:aws:datasync:us-east-1:123456789012:agent/agent-1'];
  const limits = new LiveLimits({ bytesPerSecond: 3e6 });
  const [outcome] = await copy(
    [taskFor('a', { content, tags: { team: 'x' } })],
    { limits },
    { agents, keepsTags: false },
  );
  expect(service.inputsOf('CreateLocationObjectStorage')).toMatchObject([{ AgentArns: agents }]);
  expect(service.inputsOf('CreateTask')).toMatchObject([
    { TaskMode: 'BASIC', Options: { ObjectTags: 'NONE', BytesPerSecond: 1e6 } },
  ]);
  expect(whyOf(outcome)).toBe('The object was copied without its tags.');
});

test('a version that was listed is copied, also if it is not the current one any longer', async () => {
  const task = taskFor('a', { content: Buffer.from('first') }, { versionId: 'v1' });
  source.objects.set('lake/a', { content: Buffer.from('newer') });
  expect(await copy([task])).toMatchObject([{ state: 'copied', sha256: sha256(Buffer.from('first')) }]);
  expect([...service.files].find(([key]) => key.endsWith('manifest.csv'))?.[1]).toBe('"a","v1"\n');
});

test('what a killed worker has begun is found again, and not begun a second time', async () => {
  const tasks = [taskFor('a'), taskFor('b')];
  const [transfer] = transfersOf(tasks);
  if (transfer === undefined) throw new Error('nothing to transfer');
  const store = { endpoint: target.target.endpoint ?? '', accessKeyId: 'target-key' };
  const stopping = new AbortController().signal;
  const bench = { client: service.client(), settings, store, work: service, keepsTags: true, pollMs: 1, stopping };
  const begun = await startExecution(transfer, { ...bench, limits: new LiveLimits() });
  expect(summary(await copy(tasks))).toEqual({ copied: 2 });
  expect(service.inputsOf('StartTaskExecution')).toEqual([{ TaskArn: begun.taskArn }]);
  // Its locations, too.
  await copy([taskFor('c')]);
  expect(service.inputsOf('CreateLocationObjectStorage')).toHaveLength(1);
});

test.each<[string, StoredObject | string]>([
  ['DataSync says: KMS', 'KMS'],
  ['other content', { content: Buffer.from('same content') }],
  ['user metadata', { content }],
  ['tags are others', { content, headers: { 'x-amz-meta-a': 'user metadata' }, tags: { team: 'y' } }],
])('what has failed or is not the same is copied by stream: %s', async (why, arrived) => {
  const headers = { 'x-amz-meta-a': 'user metadata' };
  service.instead = (key, object) => (key === 'bad' ? arrived : object);
  const outcomes = await copy(['bad', 'good'].map((key) => taskFor(key, { content, headers, tags: { team: 'x' } })));
  expect(summary(outcomes)).toEqual({ copied: 2 });
  expect(streamed).toEqual(['bad']);
  const said = whyOf(outcomes.find(({ source: { key } }) => key === 'bad'));
  expect(said).toContain(why === 'user metadata' ? "metadata 'a'" : why);
});

test('keys that DataSync may change, and archives, go to stream at once', async () => {
  const archived = taskFor('cold', { content }, { storageClass: 'GLACIER' });
  expect(summary(await copy([taskFor('a//b'), taskFor('dir/'), archived, taskFor('fine')]))).toEqual({ copied: 4 });
  expect(streamed.sort()).toEqual(['a//b', 'cold', 'dir/']);
});

test('an execution that ends with an error fails what it has not copied, loudly', async () => {
  service.steps = ['TRANSFERRING', 'ERROR'];
  service.instead = (key, object) => (key === 'b' ? 'Interrupted' : object);
  const outcomes = await copy([taskFor('a'), taskFor('b')]);
  expect(summary(outcomes)).toEqual({ copied: 1, 'failed: datasync-failed': 1 });
  expect(outcomes.find(({ state }) => state === 'failed')?.reason?.message).toContain('(AccessDenied): The bucket.');
});

test.each([
  ['CreateTask', { status: 400, type: 'InvalidRequestException' }, 'refused: datasync-request'],
  ['DescribeTaskExecution', { status: 500, type: 'InternalException' }, 'failed: datasync-request'],
] as const)('a request %s that the service refuses is told with each object', async (refused, answer, expected) => {
  service.refuse = (action) => (action === refused ? answer : undefined);
  expect(summary(await copy([taskFor('a'), taskFor('b')]))).toEqual({ [expected]: 2 });
});

test('after the signal the execution is cancelled, and each object is interrupted', async () => {
  const stop = new AbortController();
  service.steps = ['TRANSFERRING'];
  service.refuse = (action) => {
    if (action === 'DescribeTaskExecution') stop.abort();
    return undefined;
  };
  const outcomes = await copy([taskFor('a'), taskFor('b')], { signal: stop.signal });
  expect(summary(outcomes)).toEqual({ 'interrupted: copy-interrupted': 2 });
  expect(service.inputsOf('CancelTaskExecution')).toHaveLength(1);
});
