import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { partitionsOf, readAssessment } from '../../assessments/index.js';
import { trinoClient } from '../../clients/trino/index.js';
import type { TrinoClient, TrinoConnection } from '../../clients/trino/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import { register, spoolPartitions } from '../../migration/register/index.js';
import { qualifiedName } from '../../core/sql-text.js';
import { readManifest } from '../../registration/index.js';
import type { Manifest, ManifestEntry } from '../../registration/index.js';
import { fileLedger } from './file-ledger.js';

export interface Registered {
  readonly entries: number;
  /** Failed or blocked. */
  readonly failed: number;
  /** Why, one a line. */
  readonly problems: string;
}

interface RegisterOptions {
  /** Folder that `cdktf synth` wrote. */
  readonly terraform: string;
  /** The report that it was made from. */
  readonly assessment: string;
  /** Databases whose tables have files; the others' tables are empty, and have no partitions. */
  readonly filled: readonly string[];
  /** Of the target; they keep the names of the source's. */
  readonly buckets: readonly string[];
  readonly trino: TrinoConnection;
  /** File of what was done, by which a later run continues. */
  readonly ledger: string;
}

/** Registers the schemas, tables and views of the synthesized manifest, by the registrar that workers use. */
export async function registerManifest(options: RegisterOptions): Promise<Registered> {
  const { terraform, assessment, filled, trino, ledger } = options;
  const isEmpty = ({ source }: ManifestEntry): boolean => source !== null && !filled.includes(source.database);
  const synthesized = manifestIn(join(terraform, 'stacks', 'lakehouse-storage', 'registration'));
  const manifest = withoutPartitions(synthesized, isEmpty);
  const entries = [...manifest.catalogs.values()].flat();
  mkdirSync(dirname(ledger), { recursive: true });
  const report = await readAssessment(assessment);
  if (!report.ok) throw new Error(report.error.map(formatDiagnostic).join('\n'));
  const lines = partitionsOf(assessment, report.value.partitionFile);
  const spool = await spoolPartitions(lines, entries, dirname(ledger));
  try {
    const { outcomes } = await register(
      manifest,
      {
        trino: withoutReading(trinoClient(trino), entries.filter(isEmpty)),
        ledger: fileLedger(ledger),
        // Most tables are empty on purpose.
        hasObjects: () => Promise.resolve(ok(true)),
        listPartitions: spool.list,
      },
      { buckets: new Map(options.buckets.map((name) => [name, name])) },
    );
    const problems = outcomes.filter(({ failure }) => failure !== null);
    const reasons = problems.flatMap(({ diagnostics }) => diagnostics.slice(0, 1).map(formatDiagnostic));
    return { entries: entries.length, failed: problems.length, problems: reasons.join('\n') };
  } finally {
    await spool.remove();
  }
}

function manifestIn(folder: string): Manifest {
  const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  const manifest = readManifest(new Map(files));
  if (!manifest.ok) throw new Error(manifest.error.map(formatDiagnostic).join('\n'));
  return manifest.value;
}

function withoutPartitions({ catalogs }: Manifest, isEmpty: (entry: ManifestEntry) => boolean): Manifest {
  const emptied = [...catalogs].map(([catalog, entries]) => {
    const list = entries.map((entry) => (isEmpty(entry) ? { ...entry, partitionsBy: null } : entry));
    return [catalog, list] as const;
  });
  return { catalogs: new Map(emptied) };
}

/** The registrar reads a row of each table. Of an empty one with projection, Trino would look into every possible folder. */
function withoutReading(client: TrinoClient, empty: readonly ManifestEntry[]): TrinoClient {
  const readings = new Set(
    empty.map(
      ({ target: { catalog, schema, table } }) =>
        `SELECT 1 FROM ${qualifiedName(catalog, schema, table ?? '')} LIMIT 1`,
    ),
  );
  const none = ok({ columns: [], rows: [] });
  return {
    ...client,
    query: (sql, options) => (readings.has(sql) ? Promise.resolve(none) : client.query(sql, options)),
  };
}
