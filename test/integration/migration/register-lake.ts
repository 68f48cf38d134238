import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { PartitionDetail } from '../../../assessments/index.js';
import { s3Client } from '../../../clients/s3/index.js';
import { trinoClient } from '../../../clients/trino/index.js';
import type { TrinoClient } from '../../../clients/trino/index.js';
import { resolve } from '../../../mappings/index.js';
import { memoryLedger, objectsIn, spoolPartitions } from '../../../migration/register/index.js';
import type { RegistrationOptions, RegistrationPorts } from '../../../migration/register/index.js';
import { makeManifest, readManifest, renderManifest } from '../../../registration/index.js';
import type { Manifest } from '../../../registration/index.js';
import { assess, valueOf, withStub } from '../../support/assess-run.js';
import type { GlueJson, StubCatalog } from '../../support/glue-stub.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { templateWith } from '../../support/templates.js';
import type { CorpusFile } from '../registration-corpus/corpus-case.js';

/** Writes files by the corpus's writer and puts them into buckets; their keys are `bucket/key`. */
export async function putFiles(lakehouse: SharedLakehouse, files: readonly CorpusFile[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'register-'));
  try {
    const root = join(import.meta.dirname, '..', '..', '..');
    const install = join(root, 'environments', 'test-data', 'install.sh');
    const python = execFileSync(install, ['--check'], { encoding: 'utf8' }).trim();
    const script = join(root, 'test', 'integration', 'registration-corpus', 'write_files.py');
    const written = execFileSync(python, ['-B', script, folder], { input: JSON.stringify(files), encoding: 'utf8' });
    const byBucket = Map.groupBy(Object.entries(JSON.parse(written) as Record<string, string>), ([key]) =>
      key.slice(0, key.indexOf('/')),
    );
    for (const [bucket, list] of byBucket) {
      const objects = list.map(([key, file]) => [key.slice(bucket.length + 1), readFileSync(file)] as const);
      await lakehouse.putObjects(bucket, new Map(objects));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface PlannedLake {
  readonly manifest: Manifest;
  readonly buckets: RegistrationOptions['buckets'];
  readonly ports: (trino?: TrinoClient) => RegistrationPorts;
  /** What the Plan does not map. */
  readonly blocked: readonly string[];
  readonly remove: () => Promise<void>;
}

/** The project's own way: a Glue that answers, assessment, mapping, Plan, manifest as files, and read from them. */
export async function planLake(lakehouse: SharedLakehouse, catalog: StubCatalog, rules: string): Promise<PlannedLake> {
  const folder = mkdtempSync(join(tmpdir(), 'register-'));
  return await withStub(catalog, async (stub, reports) => {
    const assessment = valueOf(await assess(stub, reports));
    const plan = resolve(assessment, templateWith(rules, 'target: { objectStore: { preserveBucketNames: false } }\n'));
    const manifest = valueOf(readManifest(renderManifest(makeManifest(plan))));
    const entries = [...manifest.catalogs.values()].flat();
    const spool = await spoolPartitions(
      partitionLines(join(reports, assessment.partitionFile?.name ?? '')),
      entries,
      folder,
    );
    const ledger = memoryLedger();
    const store = await lakehouse.lakehouse.startObjectStore();
    const target = {
      endpoint: store.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: store.accessKey, secretAccessKey: store.secretKey },
    };
    return {
      manifest,
      buckets: new Map(plan.buckets.map(({ sourceBucket, targetBucket }) => [sourceBucket, targetBucket])),
      ports: (trino = trinoClient(lakehouse.lakehouse.access('migration'))) => ({
        trino,
        ledger,
        hasObjects: objectsIn(s3Client(target), target),
        listPartitions: spool.list,
      }),
      blocked: plan.blocked.map(({ key, reason }) => `${key}: ${reason}`),
      remove: async () => {
        await spool.remove();
        rmSync(folder, { recursive: true });
      },
    };
  });
}

async function* partitionLines(path: string): AsyncGenerator<PartitionDetail> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  for await (const line of lines) yield JSON.parse(line) as PartitionDetail;
}

/** An Athena view; `sql` names tables of its own database. */
export function athenaView(database: string, name: string, sql: string, columns: readonly GlueJson[]): GlueJson {
  const text = JSON.stringify({ originalSql: sql, catalog: 'awsdatacatalog', schema: database, columns: [] });
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    ViewOriginalText: `/* Presto View: ${Buffer.from(text).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: { Columns: columns, SerdeInfo: {} },
  };
}

/** A Trino whose client dies: after so many statements nothing is sent, and what was sent last is never answered. */
export function dyingClient(trino: TrinoClient, statements: number, onDeath: (sql: string) => void): TrinoClient {
  let left = statements;
  const never = new Promise<never>(() => undefined);
  const dies = (sql: string): boolean => {
    left -= 1;
    if (left === 0) onDeath(sql);
    return left <= 0;
  };
  return {
    query: async (sql, options) => {
      const isLast = dies(sql);
      if (left < 0) return await never;
      const answer = trino.query(sql, options);
      return isLast ? await never : await answer;
    },
    pages: async function* (sql, options) {
      if (dies(sql)) await never;
      yield* trino.pages(sql, options);
    },
  };
}
