import { memoryLedger, register } from '../../../migration/register/index.js';
import type {
  EntryLedger,
  ListedPartition,
  RegistrationOptions,
  RegistrationPorts,
  RegistrationReport,
} from '../../../migration/register/index.js';
import { ok } from '../../../core/result.js';
import type { MappedDatabase, MappedTable } from '../../../mappings/plan.js';
import { makeManifest } from '../../../registration/index.js';
import type { Manifest } from '../../../registration/index.js';
import { bucket, database, table, targetWith } from '../../support/plan-builder.js';
import { FakeTrino } from './fake-trino.js';

/** Buckets keep their names, but `raw` becomes `raw-target`. */
const buckets = [bucket('raw', { targetBucket: 'raw-target' }), bucket('other')];

export function manifestOf(tables: readonly MappedTable[], databases: readonly MappedDatabase[] = []): Manifest {
  return makeManifest({ target: targetWith(), buckets, databases, tables });
}

/** A registration with everything it needs. */
export interface Scene {
  readonly trino: FakeTrino;
  readonly ledger: EntryLedger;
  /** By `database.table`. */
  readonly partitions: Map<string, readonly ListedPartition[]>;
  /** Locations without objects. */
  readonly empty: Set<string>;
}

export function scene(): Scene {
  return { trino: new FakeTrino(), ledger: memoryLedger(), partitions: new Map(), empty: new Set() };
}

export function portsOf({ trino, ledger, partitions, empty }: Scene): RegistrationPorts {
  return {
    trino,
    ledger,
    hasObjects: (location) => Promise.resolve(ok(!empty.has(location))),
    listPartitions: async function* ({ database: name, table: of }) {
      for (const partition of partitions.get(`${name}.${of}`) ?? []) yield await Promise.resolve(partition);
    },
  };
}

export async function run(
  it: Scene,
  manifest: Manifest,
  options: Partial<RegistrationOptions> = {},
): Promise<RegistrationReport> {
  const sourceToTarget = new Map(buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket]));
  return await register(manifest, portsOf(it), { buckets: sourceToTarget, retryDelayMs: 1, ...options });
}

/** Until the last statement that the fake answers was sent, or the run has ended before. */
export async function untilKilled(trino: FakeTrino, running: Promise<unknown>): Promise<void> {
  const after = { isOver: false };
  void running.then(() => {
    after.isOver = true;
  });
  do await new Promise((resolve) => setImmediate(resolve));
  while (!after.isOver && trino.left > 0);
  await new Promise((resolve) => setImmediate(resolve));
}

/** `key: state`, and the codes of its diagnostics. */
export function statesOf({ outcomes }: RegistrationReport): Readonly<Record<string, string>> {
  return Object.fromEntries(
    outcomes.map(({ key, state, diagnostics }) => [key, [state, ...diagnostics.map(({ code }) => code)].join(' ')]),
  );
}

export { database, table };
