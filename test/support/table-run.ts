import type { PgBoss } from 'pg-boss';
import { ok } from '../../core/result.js';
import { defaultRunLimits, makeJobs, startRun } from '../../migration/run/index.js';
import type { RunConnections, RunLimits, RunPorts } from '../../migration/run/index.js';
import type { Manifest } from '../../registration/index.js';
import type { State } from '../../state/index.js';
import { FakeTrino } from '../migration/register/fake-trino.js';
import { MemoryCatalog } from './memory-catalog.js';
import type { MemoryBuckets } from './memory-bucket.js';
import type { MemoryEngine } from './memory-engine.js';
import { valueOf } from './pages.js';

/** Bucket of the target by that of the source. */
export const runBuckets = { raw: 'raw-target', other: 'other' };

export const runConnections: RunConnections = {
  source: { endpoint: 'http://source.example', region: 'eu-central-1' },
  target: { type: 'ceph-rgw', endpoint: 'https://rgw.example', region: 'x', trailingChecksums: false },
  trino: { url: 'https://trino.example', user: 'admin', version: 476 },
  buckets: runBuckets,
};

/** Starts a run of tables that have no partitions. */
export async function startTables(
  state: State,
  boss: PgBoss,
  { assessmentId, manifest, limits = {} }: { assessmentId: string; manifest: Manifest; limits?: Partial<RunLimits> },
): ReturnType<typeof startRun> {
  const input = {
    manifest,
    buckets: new Map(Object.entries(runBuckets)),
    leftBehind: [],
    partitionLocations: new Map(),
  };
  return await startRun(state, boss, {
    assessmentId,
    planSha256: 'a'.repeat(64),
    connections: runConnections,
    limits: { ...defaultRunLimits, ...limits },
    jobs: valueOf(makeJobs(input)),
    listPartitions: async function* () {
      /* None has any. */
    },
  });
}

/** What a worker of such a run reaches: everything in memory. */
export function memoryPorts(
  copier: MemoryEngine,
  lister: MemoryBuckets,
  trino = new FakeTrino(),
  catalog = new MemoryCatalog(),
): RunPorts {
  return {
    engines: new Map([['stream', copier]]),
    lister,
    catalog,
    stores: undefined as never,
    trino,
    hasObjects: () => Promise.resolve(ok(true)),
  };
}
