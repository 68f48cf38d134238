import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStore } from '../environments/lakehouse/object-store.js';
import { LiveLimits } from '../migration/copy/limits.js';
import { streamEngine } from '../migration/copy/stream/index.js';
import { Bucket, collect, storeTarget, summary, tasksFor } from '../test/support/copy-stores.js';
import { median, print } from './measure.js';

// The stream engine against bare `rclone copy`, in turns, on the same objects with the same parallelism, from Ceph to Ceph.
// The engine hashes and rclone does not. A2O_BENCH_OBJECTS (of 4 KiB), A2O_BENCH_MB (in objects of 256 MiB) and
// A2O_BENCH_LARGE_MB (in one object) say how much: 20000, 5120 and 6144 for a release, with A2O_BENCH_ROUNDS=2.
const rclone = execFileSync(join(import.meta.dirname, '..', 'tools', 'rclone', 'install.sh'), {
  encoding: 'utf8',
}).trim();
const objects = Number(process.env['A2O_BENCH_OBJECTS'] ?? 1000);
const megabytes = Number(process.env['A2O_BENCH_MB'] ?? 768);
const largeMegabytes = Number(process.env['A2O_BENCH_LARGE_MB'] ?? 0);
const rounds = Number(process.env['A2O_BENCH_ROUNDS'] ?? 3);
const parallelism = 16;
const MiB = 1024 ** 2;

interface Taken {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of processor time of the program that copies. */
  readonly processor: number;
}

const folder = mkdtempSync(join(tmpdir(), 'a2o-bench-copy-'));
const place = { type: 'ceph-rgw', folder } as const;
const store = await ObjectStore.start(place);
const target = storeTarget(store);
try {
  const small = await filled('small', objects, 4096);
  await compare('4 KiB objects', small, { unit: 'object', units: objects });
  const count = Math.ceil(megabytes / 256);
  const medium = await filled('medium', count, 256 * MiB);
  await compare('256 MiB objects', medium, { unit: 'GiB', units: count / 4 });
  if (largeMegabytes > 0) {
    const parts = Math.ceil(largeMegabytes / 256);
    const large = await new Bucket(target, 'source-large').create();
    await assemble(large, medium, parts);
    await compare(`one object of ${parts * 256} MiB`, large, { unit: 'GiB', units: parts / 4 });
  }
} finally {
  await ObjectStore.stop(place);
  rmSync(folder, { recursive: true });
}

interface Load {
  readonly unit: string;
  readonly units: number;
}

async function filled(name: string, count: number, bytes: number): Promise<Bucket> {
  const source = await new Bucket(target, `source-${name}`).create();
  for (let first = 0; first < count; first += parallelism)
    await Promise.all(
      Array.from({ length: Math.min(parallelism, count - first) }, async (_, index) => {
        const number = first + index;
        await source.put({ key: `part=${number % 10}/${number}`, content: randomBytes(bytes) });
      }),
    );
  return source;
}

/** Of one of its objects, again and again; the store copies by itself. */
async function assemble({ client, name }: Bucket, from: Bucket, parts: number): Promise<void> {
  const object = { Bucket: name, Key: 'part=1/large' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const copied = await Promise.all(
    Array.from({ length: parts }, async (_, index) => {
      const part = { UploadId, PartNumber: index + 1, CopySource: `${from.name}/part=0/0` };
      const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...object, ...part }));
      return { PartNumber: index + 1, ETag: CopyPartResult?.ETag };
    }),
  );
  await client.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts: copied } }));
}

async function compare(name: string, source: Bucket, { unit, units }: Load): Promise<void> {
  const taken: Record<'stream' | 'rclone', Taken[]> = { stream: [], rclone: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const [ours, theirs] = ['ours', 'theirs'].map((whose) => new Bucket(target, `${whose}-${source.name}-${round}`));
    if (ours === undefined || theirs === undefined) throw new Error('no bucket');
    // A tenth warms both, and the store.
    const prefix = round === 0 ? 'part=0/' : '';
    await Promise.all([ours.create(), theirs.create()]);
    const ways = {
      stream: async () => await byStream(source, ours, prefix),
      rclone: async () => await byRclone(source, theirs, prefix),
    };
    // The second one finds the objects in the store's cache.
    const order = round % 2 === 1 ? (['stream', 'rclone'] as const) : (['rclone', 'stream'] as const);
    for (const program of order) {
      const one = await ways[program]();
      if (round > 0) taken[program].push(one);
    }
    for (const { name: bucket } of [ours, theirs]) await store.removeBucket(bucket);
  }
  const figures = (program: 'stream' | 'rclone', what: keyof Taken): number =>
    median(taken[program].map((one) => (1000 * one[what]) / units));
  for (const [what, bound] of [
    ['processor', 1.1],
    ['wall', 1 / 0.95],
  ] as const)
    print({
      name: `copy: ${name}`,
      measure: `${what === 'wall' ? 'milliseconds' : 'ms of processor time'} per ${unit}; baseline: rclone copy`,
      value: figures('stream', what),
      baseline: figures('rclone', what),
      bound,
    });
}

async function byStream(source: Bucket, { name }: Bucket, prefix: string): Promise<Taken> {
  const objectsOfIt = (await source.list()).filter(({ key }) => key.startsWith(prefix));
  const tasks = [...tasksFor(objectsOfIt, name)];
  // Over TLS nothing else is compared either.
  const engine = streamEngine({
    source: target,
    target: { type: 's3', store: target },
    comparesMd5: false,
    readBackShare: 0,
  });
  const begun = { at: performance.now(), processor: process.cpuUsage() };
  const limits = new LiveLimits({ objectsAtOnce: parallelism });
  const outcomes = await collect(engine.copy(tasks, { signal: new AbortController().signal, limits }));
  const { user, system } = process.cpuUsage(begun.processor);
  const wall = (performance.now() - begun.at) / 1000;
  await engine.close();
  if (outcomes.some(({ state }) => state !== 'copied')) throw new Error(JSON.stringify(summary(outcomes)));
  return { wall, processor: (user + system) / 1e6 };
}

async function byRclone(source: Bucket, { name }: Bucket, prefix: string): Promise<Taken> {
  const settings = {
    TYPE: 's3',
    PROVIDER: 'Ceph',
    ENDPOINT: store.endpoint,
    ACCESS_KEY_ID: store.accessKey,
    SECRET_ACCESS_KEY: store.secretKey,
  };
  // Two remotes: within one, rclone lets the store copy by itself.
  const env = Object.fromEntries(
    ['FROM', 'TO'].flatMap((remote) =>
      Object.entries(settings).map(([key, value]) => [`RCLONE_CONFIG_${remote}_${key}`, value]),
    ),
  );
  const copy = [
    'copy',
    `from:${source.name}/${prefix}`,
    `to:${name}/${prefix}`,
    '--transfers',
    `${parallelism}`,
    '--config',
    '/dev/null',
  ];
  const child = spawn('/usr/bin/time', ['-f', '%e %U %S', rclone, ...copy], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`rclone ended with ${code ?? 'a signal'}: ${said}`);
  const [wall = 0, user = 0, system = 0] = (said.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { wall, processor: user + system };
}
