import { CreateLocationObjectStorageCommand, CreateLocationSmbCommand, DataSyncClient } from '@aws-sdk/client-datasync';
import type { DataSyncClientConfig } from '@aws-sdk/client-datasync';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3Client } from '../../../clients/s3/index.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import { followExecution, forgetTask, startExecution } from '../../../migration/copy/datasync/execution.js';
import type { ExecutionBench } from '../../../migration/copy/datasync/execution.js';
import { manifestKey, transfersOf } from '../../../migration/copy/datasync/transfer.js';
import { workBucket } from '../../../migration/copy/datasync/work-bucket.js';
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
