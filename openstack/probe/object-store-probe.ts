import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { awsClientSettings, boundedBy, inTime, s3Client, s3Diagnostic } from '../../clients/s3/index.js';
import { holdLeftover, leftoverWarnings } from '../../core/leftovers.js';
import type { Leftover } from '../../core/leftovers.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { StoreCapability } from '../../mappings/template.js';
import { httpSender } from '../session/http.js';

export interface ProbeTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** PEM of authorities besides those that Node trusts. @default none */
  readonly ca?: string;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** `detail` describes what was observed, for people. */
export interface Capability {
  readonly supported: boolean;
  readonly detail: string;
}

interface Scratch {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly target: ProbeTarget;
  readonly timeoutMs: number;
}

type Probe = (scratch: Scratch) => Promise<Capability>;

/** Each judges by what the store did, never by the response status alone: stores accept requests that they then ignore. */
const probes: Readonly<Record<StoreCapability, Probe>> = {
  bucketPolicy,
  conditionalPut,
  lifecycle,
  multipart: (scratch) => multipart(scratch).then(({ whole }) => whole),
  multipartEtag: (scratch) => multipart(scratch).then(({ etag }) => etag),
  objectLock,
  sts,
  tagging,
  trailingChecksums,
  // Last, so that objects written before it have no versions to clean up.
  versioning,
};

export interface ProbeOptions {
  /** Limit of each request, and of its one retry. @default 13 s */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

type Capabilities = Readonly<Record<StoreCapability, Capability>>;

/**
 * Tests each capability in a temporary bucket, and removes the bucket whatever happens. Fails when the store cannot be
 * tested: no bucket can be created or removed, objects are not stored, or a request is not answered within `timeoutMs`.
 * After `signal` the running test ends, the bucket is removed, and it fails.
 * Source: Amazon S3 API reference.
 */
export async function probeObjectStore(
  target: ProbeTarget,
  say: (line: string) => void,
  { timeoutMs = longestRequestMs, signal }: ProbeOptions = {},
): Promise<Result<Capabilities>> {
  const s3 = s3Client(target, { maxAttempts, timeoutMs });
  const bucket = `a2o-probe-${randomBytes(8).toString('hex')}`;
  say(`Testing what ${target.endpoint} supports, in the bucket ${bucket} …`);
  const leftover = bucketLeft(bucket, target);
  const forget = holdLeftover(leftover);
  try {
    const made = await outcomeOf(s3.send(new CreateBucketCommand({ Bucket: bucket })), target);
    if (!made.ok) return isSilent(made.error) ? fail([...made.error, ...leftoverWarnings([leftover])]) : made;
    const tried = await outcomeOf(tryAll({ s3, bucket, target, timeoutMs }, signal), target);
    // A store that does not answer would not answer now, either.
    if (!tried.ok && isSilent(tried.error)) return fail([...tried.error, ...leftoverWarnings([leftover])]);
    const removed = await outcomeOf(remove(s3, bucket), target);
    if (removed.ok) return tried;
    return fail([...(tried.ok ? removed.error : tried.error), ...leftoverWarnings([leftover])]);
  } finally {
    forget();
    s3.destroy();
  }
}

function isSilent(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === 's3-timeout');
}

/** Twice this, with the retry, and once more for the question whether the store answers at all, is less than a minute. */
const longestRequestMs = 13_000;

function bucketLeft(bucket: string, { endpoint }: ProbeTarget): Leftover {
  return {
    what: `The bucket ${bucket} at ${endpoint}`,
    fix: `Remove it, if it was created: aws s3 rb s3://${bucket} --force --endpoint-url ${endpoint}`,
  };
}

/** One retry for a slow store. */
const maxAttempts = 2;

async function outcomeOf<T>(work: Promise<T>, target: ProbeTarget): Promise<Result<T>> {
  try {
    return ok(await work);
  } catch (error) {
    return fail([error instanceof Stopped ? error.problem : s3Diagnostic(error, target)]);
  }
}

function isTimeout(error: unknown): boolean {
  return (error as { name?: string }).name === 'TimeoutError';
}

/** Ends the test with this problem. */
class Stopped extends Error {
  constructor(readonly problem: Diagnostic) {
    super(problem.message);
  }
}

async function tryAll(scratch: Scratch, signal: AbortSignal | undefined): Promise<Capabilities> {
  await requireKept(scratch);
  const found: [string, Capability][] = [];
  for (const [name, probe] of Object.entries(probes)) {
    if (signal?.aborted === true) throw new Stopped(interrupted());
    found.push([name, await attempt(probe, scratch)]);
  }
  return Object.fromEntries(found) as Capabilities;
}

function interrupted(): Diagnostic {
  return diagnostic({
    code: 'probe-interrupted',
    message: 'The test was interrupted before it was complete.',
    fix: 'Run the command again.',
  });
}

/** A web server that answers every request with 200 would seem to have every capability. */
async function requireKept(scratch: Scratch): Promise<void> {
  const { s3, bucket, target } = scratch;
  const content = randomBytes(16).toString('hex');
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: content }));
  const found = await textOf(scratch, 'kept');
  if (found === content) return;
  throw new Stopped(
    diagnostic({
      code: 'not-an-object-store',
      message: `${target.endpoint} is not an object store: an object that it accepted reads back ${found === '' ? 'empty' : 'with other content'}.`,
      fix: 'Set `--endpoint` to the S3 service; remove the bucket a2o-probe-* if it was created.',
    }),
  );
}

async function attempt(probe: Probe, scratch: Scratch): Promise<Capability> {
  try {
    return await probe(scratch);
  } catch (error) {
    // A store that stopped answering does not lack the capability.
    if (isTimeout(error)) await requireKept(scratch);
    return no(`refused: ${nameOf(error)}`);
  }
}

function nameOf(error: unknown): string {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return `${name ?? String(error)}${status === undefined ? '' : ` (HTTP ${status})`}`;
}

function yes(detail: string): Capability {
  return { supported: true, detail };
}

function no(detail: string): Capability {
  return { supported: false, detail };
}

async function textOf({ s3, bucket, timeoutMs }: Scratch, key: string, versionId?: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  return Body === undefined ? '' : inTime(Body.transformToString(), timeoutMs);
}

async function conditionalPut(scratch: Scratch): Promise<Capability> {
  const { s3, bucket } = scratch;
  const place = { Bucket: bucket, Key: 'conditional' };
  await s3.send(new PutObjectCommand({ ...place, Body: 'first' }));
  let refusal = 'accepted';
  try {
    await s3.send(new PutObjectCommand({ ...place, Body: 'second', IfNoneMatch: '*' }));
  } catch (error) {
    refusal = nameOf(error);
  }
  const kept = (await textOf(scratch, place.Key)) === 'first';
  if (!kept) return no('If-None-Match is ignored: an existing object was overwritten');
  if (!refusal.includes('412')) return no(`If-None-Match on an existing object is answered with ${refusal}`);
  // A store that refuses every such request also keeps the first object.
  const writers = ['a', 'b', 'c', 'd', 'e', 'f'].map((Body) =>
    s3.send(new PutObjectCommand({ ...place, Key: 'conditional-new', Body, IfNoneMatch: '*' })),
  );
  const won = (await Promise.allSettled(writers)).filter(({ status }) => status === 'fulfilled').length;
  return won === 1
    ? yes(`If-None-Match keeps an existing object, and one of ${writers.length} concurrent writers succeeds`)
    : no(`${won} of ${writers.length} concurrent writers with If-None-Match succeed, where one should`);
}

async function multipart(scratch: Scratch): Promise<{ whole: Capability; etag: Capability }> {
  const { s3, bucket } = scratch;
  const place = { Bucket: bucket, Key: 'multipart' };
  const parts = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('the rest')];
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
  const uploaded = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
    uploaded.push({ ETag, PartNumber });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: uploaded } }));
  const { ContentLength, ETag = '' } = await s3.send(new HeadObjectCommand(place));
  const expected = parts.reduce((sum, { length }) => sum + length, 0);
  const md5 = (content: Buffer): Buffer => createHash('md5').update(content).digest();
  const ofParts = `${md5(Buffer.concat(parts.map(md5))).toString('hex')}-${parts.length}`;
  const found = ETag.replaceAll('"', '');
  return {
    whole:
      ContentLength === expected
        ? yes(`${parts.length} parts make one object`)
        : no(`${ContentLength ?? 0} of ${expected} bytes arrived`),
    etag:
      found === ofParts ? yes('the ETag is the MD5 of the parts’ MD5s') : no(`the ETag is ${found}, not ${ofParts}`),
  };
}

async function tagging(scratch: Scratch): Promise<Capability> {
  const { s3, bucket } = scratch;
  const place = { Bucket: bucket, Key: 'tagged' };
  await s3.send(new PutObjectCommand({ ...place, Body: 'x' }));
  await s3.send(new PutObjectTaggingCommand({ ...place, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(place));
  return TagSet.some(({ Key, Value }) => Key === 'a' && Value === 'b')
    ? yes('tags can be read back')
    : no('tags are lost');
}

async function lifecycle({ s3, bucket }: Scratch): Promise<Capability> {
  const rule = { ID: 'a2o', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } };
  const configuration = { Bucket: bucket, LifecycleConfiguration: { Rules: [rule] } };
  await s3.send(new PutBucketLifecycleConfigurationCommand(configuration));
  const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
  return Rules.some(({ ID }) => ID === rule.ID)
    ? yes('a rule is stored; whether the store applies it takes a day to see')
    : no('a rule is accepted but not stored');
}

async function bucketPolicy(scratch: Scratch): Promise<Capability> {
  const { s3, bucket, target, timeoutMs } = scratch;
  for (const key of ['open', 'shut']) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  const open = `arn:aws:s3:::${bucket}/open`;
  const statement = { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: [open] };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  const send = httpSender({ ca: target.ca, timeoutMs });
  const statusOf = async (key: string): Promise<number> => {
    const answer = await send({ url: `${target.endpoint.replace(/\/+$/, '')}/${bucket}/${key}` });
    if (!answer.ok) throw Object.assign(new Error(answer.error), { code: 'ETIMEDOUT' });
    return answer.value.status;
  };
  const [opened, closed] = [await statusOf('open'), await statusOf('shut')];
  return opened === 200 && closed === 403
    ? yes('a policy opens one object to anonymous readers, and no other')
    : no(
        `a policy is accepted; an anonymous reader then gets HTTP ${opened} where it allows access and ${closed} where it does not`,
      );
}

async function trailingChecksums(scratch: Scratch): Promise<Capability> {
  const { s3, bucket } = scratch;
  const place = { Bucket: bucket, Key: 'trailing' };
  const content = 'framed by chunks';
  // For a stream, the SDK knows the checksum only at the end.
  const Body = Readable.from([Buffer.from(content)]);
  await s3.send(new PutObjectCommand({ ...place, Body, ContentLength: content.length, ChecksumAlgorithm: 'CRC32' }));
  const found = await textOf(scratch, place.Key);
  return found === content
    ? yes('content with a trailing checksum arrives unchanged')
    : no('the framing of a trailing checksum is stored as data: set request_checksum_calculation to when_required');
}

async function versioning(scratch: Scratch): Promise<Capability> {
  const { s3, bucket } = scratch;
  const place = { Bucket: bucket, Key: 'versioned' };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  if (Status !== 'Enabled') return no('enabling versioning is accepted and has no effect');
  const { VersionId } = await s3.send(new PutObjectCommand({ ...place, Body: 'first' }));
  await s3.send(new PutObjectCommand({ ...place, Body: 'second' }));
  if (VersionId === undefined) return no('objects get no version id');
  return (await textOf(scratch, place.Key, VersionId)) === 'first'
    ? yes('an overwritten object can be read by its version')
    : no('an overwritten version is lost');
}

async function objectLock({ s3, bucket: other }: Scratch): Promise<Capability> {
  const bucket = `${other}-lock`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  try {
    const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled'
      ? yes('a bucket can be created with object lock')
      : no('enabling object lock is accepted and has no effect');
  } finally {
    await remove(s3, bucket);
  }
}

async function sts({ bucket, target, timeoutMs }: Scratch): Promise<Capability> {
  const client = new STSClient(awsClientSettings(target, { maxAttempts }));
  client.middlewareStack.add(boundedBy(timeoutMs), { step: 'deserialize', priority: 'high' });
  const { Credentials: given } = await client
    .send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    // An abandoned request holds its connection.
    .finally(() => {
      client.destroy();
    });
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined)
    return no('GetSessionToken returns no keys');
  const credentials = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    ...(given.SessionToken !== undefined && { sessionToken: given.SessionToken }),
  };
  const s3 = s3Client({ ...target, credentials }, { maxAttempts, timeoutMs });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'by-session', Body: 'x' }));
  return yes('GetSessionToken returns temporary keys, and the store accepts them');
}

/** Removes every version, every unfinished upload and the bucket. */
async function remove(s3: S3Client, bucket: string): Promise<void> {
  const { Uploads = [] } = await orNothing(s3.send(new ListMultipartUploadsCommand({ Bucket: bucket })));
  for (const { Key, UploadId } of Uploads) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
  const { Versions = [], DeleteMarkers = [] } = await orNothing(
    s3.send(new ListObjectVersionsCommand({ Bucket: bucket })),
  );
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/** A store that cannot list versions or uploads has none. */
async function orNothing<T extends object>(answer: Promise<T>): Promise<Partial<T>> {
  try {
    return await answer;
  } catch (error) {
    if (isTimeout(error)) throw error;
    return {};
  }
}
