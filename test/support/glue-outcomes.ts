import { resolve } from '../../mappings/index.js';
import type { AssessedTable } from '../../assessments/index.js';
import { makeManifest } from '../../registration/index.js';
import type { Remark } from '../../registration/remark.js';
import { assess, valueOf, withStub } from './assess-run.js';
import { database } from './glue-catalogs.js';
import { partitionsKey } from './glue-stub.js';
import type { GlueJson } from './glue-stub.js';
import { templateWith } from './templates.js';

/** What becomes of a table of Glue, from the collector's answer to the manifest. */
export interface Outcome {
  readonly source: AssessedTable;
  /** `null` for a mapped table. */
  readonly blocked: string | null;
  /** Joined; empty for a blocked table. */
  readonly sql: string;
  readonly remarks: readonly Remark[];
}

export interface GlueTable {
  readonly name: string;
  readonly table: GlueJson;
  readonly partitions?: readonly GlueJson[];
}

/** Assesses the tables as the command does and maps them by the built-in rules. */
export async function outcomesOf(tables: readonly GlueTable[]): Promise<ReadonlyMap<string, Outcome>> {
  const catalog = {
    databases: [database('d')],
    tables: { d: tables.map(({ name, table }) => ({ Name: name, DatabaseName: 'd', ...table })) },
    partitions: Object.fromEntries(
      tables.map(({ name, partitions = [] }) => [partitionsKey('d', name), partitions] as const),
    ),
  };
  const assessment = await withStub(catalog, async (stub, folder) => valueOf(await assess(stub, folder)));
  const plan = resolve(assessment, byDefault);
  const entries = [...makeManifest(plan).catalogs.values()].flat();
  return new Map(
    assessment.tables.map((source) => {
      const key = `table:d.${source.name}`;
      const entry = entries.find((each) => each.key === key);
      const blocked = plan.blocked.find((each) => each.key === key)?.reason ?? null;
      return [source.name, { source, blocked, sql: entry?.statements.join('\n') ?? '', remarks: entry?.remarks ?? [] }];
    }),
  );
}

const byDefault = templateWith('  []');
