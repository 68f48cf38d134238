import {
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Aws } from './aws.js';
import { stateLocked } from './explain.js';
import { Failure } from './failure.js';
import { ownsBucket } from './inventory.js';
import type { EarlierRun } from './processes.js';

/** Where Terraform's S3 backend keeps the state of the stack `test-env`. */
export interface StateStore {
  readonly bucket: string;
  readonly lockTable: string;
  readonly key: string;
}

/** Terraform's own record of a lock. Source: Terraform, `statemgr.LockInfo`. */
interface Lock {
  readonly ID: string;
  readonly Who: string;
  readonly Created: string;
}

const lockDelayMs = 120_000;

/** Which parts exist. */
export async function findStateStore(
  aws: Aws,
  { bucket, lockTable }: StateStore,
): Promise<{ readonly bucket: boolean; readonly lockTable: boolean }> {
  const [hasBucket, hasTable] = await Promise.all([ownsBucket(aws, bucket), hasLockTable(aws, lockTable)]);
  return { bucket: hasBucket, lockTable: hasTable };
}

/**
 * Repairs a state that a killed run left locked or half-written. A lock that somebody else may hold is a `Failure`. A lock
 * belongs to our own dead run when this user took it on this machine just after the start of `earlier`, which has ended.
 */
export async function repairState(aws: Aws, store: StateStore, earlier: EarlierRun | undefined): Promise<string[]> {
  const repairs: string[] = [];
  for (const lock of await readLocks(aws, store)) {
    if (!isOwnDead(lock, earlier))
      throw new Failure(stateLocked({ id: lock.ID, who: lock.Who, created: lock.Created }));
    await unlock(aws, store, lock.ID);
    repairs.push(`removed the state lock ${lock.ID} of a killed run of this checkout`);
  }
  if (await repairDigest(aws, store))
    repairs.push('corrected the checksum of the state, which a killed run had left outdated');
  return repairs;
}

export function isOwnDead({ Who, Created }: Lock, earlier: EarlierRun | undefined): boolean {
  if (earlier === undefined || Who !== `${userInfo().username}@${hostname()}`) return false;
  const delayMs = Date.parse(Created) - earlier.startedAt.getTime();
  // File times are coarser than Terraform's clock.
  return delayMs > -1_000 && delayMs < lockDelayMs;
}

/** Removes the lock if it has this id. Returns whether it had. */
export async function unlock(aws: Aws, store: StateStore, id: string): Promise<boolean> {
  const held = (await readLocks(aws, store)).some(({ ID }) => ID === id);
  if (!held) return false;
  await aws.dynamodb.send(new DeleteItemCommand({ TableName: store.lockTable, Key: { LockID: { S: lockId(store) } } }));
  await aws.s3.send(new DeleteObjectCommand({ Bucket: store.bucket, Key: `${store.key}.tflock` }));
  return true;
}

/** Locks in the table and in the file; usually both hold the same one. */
export async function readLocks({ s3, dynamodb }: Aws, store: StateStore): Promise<readonly Lock[]> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: store.lockTable, Key: { LockID: { S: lockId(store) } }, ConsistentRead: true }),
  );
  const texts = [Item?.['Info']?.S, await objectText({ s3 }, store.bucket, `${store.key}.tflock`)];
  const locks = texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Lock]));
  return locks.filter(({ ID }, index) => locks.findIndex((other) => other.ID === ID) === index);
}

/** Terraform writes the state, then its checksum; after a kill between the two it refuses the state. */
async function repairDigest(aws: Aws, store: StateStore): Promise<boolean> {
  const LockID = { S: `${lockId(store)}-md5` };
  const { Item: item } = await aws.dynamodb.send(
    new GetItemCommand({ TableName: store.lockTable, Key: { LockID }, ConsistentRead: true }),
  );
  const state = await objectText(aws, store.bucket, store.key);
  const digest = state === undefined ? undefined : createHash('md5').update(state).digest('hex');
  const recorded = item?.['Digest']?.S;
  if (digest === recorded || (digest !== undefined && recorded === undefined)) return false;
  if (digest === undefined) {
    await aws.dynamodb.send(new DeleteItemCommand({ TableName: store.lockTable, Key: { LockID } }));
  } else {
    const Item = { LockID, Digest: { S: digest } };
    await aws.dynamodb.send(new PutItemCommand({ TableName: store.lockTable, Item }));
  }
  return true;
}

function lockId({ bucket, key }: StateStore): string {
  return `${bucket}/${key}`;
}

async function objectText({ s3 }: Pick<Aws, 's3'>, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function hasLockTable({ dynamodb }: Aws, lockTable: string): Promise<boolean> {
  try {
    await dynamodb.send(new DescribeTableCommand({ TableName: lockTable }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
