import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { disconnect } from './aws.js';
import { findDatabase } from './database.js';
import { bucketOf, findCloud, readSuffix } from './environment.js';
import type { Cloud } from './environment.js';
import { assetsInAws, keyOf, testAssets } from './inventory.js';
import type { Places } from './places.js';
import type { Settings } from './settings.js';
import { findStateStore, readLocks } from './state-store.js';

/** The parts of the environment, line by line: a name and what was found. Changes nothing. */
export async function status(places: Places, settings: Settings): Promise<readonly (readonly [string, string])[]> {
  const database = await findDatabase(places, settings.database);
  const runs = (await database?.isRunning()) === true;
  const { host, port } = settings.database;
  const databaseLine = ['database', runs ? `${database?.name ?? ''}, at ${host}:${port}` : 'not running'] as const;
  const cloud = await findCloud(places, settings);
  if (cloud === undefined) return [['engine', 'local: the emulator moto is not running'], databaseLine];
  try {
    return [...(await cloudStatus(places, settings, cloud)), databaseLine];
  } finally {
    disconnect(cloud.aws);
  }
}

async function cloudStatus(
  places: Places,
  settings: Settings,
  cloud: Cloud,
): Promise<readonly (readonly [string, string])[]> {
  const { aws, account, endpoint, store } = cloud;
  const suffix = readSuffix(places);
  const there = await findStateStore(aws, store);
  const [assets, locks] = await Promise.all([
    assetsInAws(aws, suffix === undefined ? undefined : bucketOf(suffix)),
    there.bucket && there.lockTable ? readLocks(aws, store) : [],
  ]);
  const lines = (['database', 'table', 'partition'] as const).map((kind) => {
    const found = assets.filter((asset) => asset.kind === kind).map(keyOf);
    const wanted = new Set(testAssets.filter((asset) => asset.kind === kind).map(keyOf));
    const others = found.filter((key) => !wanted.has(key)).length;
    const more = others === 0 ? '' : `, and ${others} more`;
    return [`${kind}s`, `${found.length - others} of ${wanted.size}${more}`] as const;
  });
  const bucket = assets.find(({ kind }) => kind === 'bucket')?.name[0];
  return [
    ['engine', endpoint === undefined ? `AWS, account ${account}` : `local: moto at ${endpoint}`],
    ['region', settings.region],
    [
      'state',
      there.bucket && there.lockTable ? `s3://${store.bucket}/${store.key}` : 'none: `make bootstrap` creates it',
    ],
    ['state lock', locks.map(({ ID, Who, Created }) => `${ID} by ${Who} since ${Created}`).join(', ') || 'free'],
    ...lines,
    ['bucket', bucket === undefined ? 'none' : `s3://${bucket}, ${await contentOf(cloud, bucket)}`],
  ];
}

async function contentOf({ aws }: Cloud, bucket: string): Promise<string> {
  let [objects, bytes] = [0, 0];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: aws.s3 }, { Bucket: bucket })) {
    objects += Contents.length;
    bytes += Contents.reduce((sum, { Size = 0 }) => sum + Size, 0);
  }
  return `${objects} objects, ${(bytes / 1024).toFixed(1)} KiB`;
}
