import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Assessment, PartitionDetail } from '../../../assessments/index.js';
import { stringifyExactly, trinoClient } from '../../../clients/trino/index.js';
import { formatDiagnostic } from '../../../core/diagnostic.js';
import { resolve } from '../../../mappings/index.js';
import type { Plan } from '../../../mappings/index.js';
import { makeManifest } from '../../../registration/index.js';
import type { ManifestEntry } from '../../../registration/index.js';
import { assess, valueOf, withStub } from '../../support/assess-run.js';
import { database } from '../../support/glue-catalogs.js';
import { partitionsKey } from '../../support/glue-stub.js';
import type { GlueJson } from '../../support/glue-stub.js';
import type { Rows } from '../../support/generated-rows.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { templateWith } from '../../support/templates.js';
import type { CorpusCase, Expected, Place } from './corpus-case.js';

/** What became of a case. */
export interface Outcome {
  /** Why it was blocked. */
  readonly blocked?: string;
  readonly remarks: readonly string[];
  /** Statements that Trino refused, each with its message. */
  readonly refused: readonly string[];
  /** What queries returned, in the order in which the case expects them. */
  readonly answers: readonly (Rows | { readonly error: string })[];
}

export interface Totals {
  statements: number;
  rows: number;
  readonly mapped: Set<string>;
  readonly blocked: Map<string, string>;
}

/** Rows as texts, sorted, so that any two lists can be compared. */
export function inAnyOrder(rows: Rows): readonly string[] {
  return rows.map((row) => stringifyExactly(row)).sort();
}

/** How many statements run at a time. */
const atOnce = 6;

/** A corpus on its way from Glue's answers to Trino's rows: one database, one bucket, both of its own. */
export class CorpusRun {
  readonly totals: Totals = { statements: 0, rows: 0, mapped: new Set(), blocked: new Map() };
  private readonly outcomes = new Map<string, Outcome>();
  private readonly prepared = new Map<string, string>();

  constructor(
    private readonly lakehouse: SharedLakehouse,
    /** Names the database and the bucket. */
    private readonly name: string,
    private readonly cases: readonly CorpusCase[],
    /** Of the mapping, before those of `default`. */
    private readonly rules = '  []',
  ) {}

  outcomeOf({ id }: CorpusCase): Outcome {
    const outcome = this.outcomes.get(id);
    if (outcome === undefined) throw new Error(`${id} has no outcome.`);
    return outcome;
  }

  /** Writes the files, assesses, plans, registers and queries. */
  async run(): Promise<void> {
    await this.putFiles();
    for (const { id, prepare } of this.cases) {
      if (prepare === undefined) continue;
      const file = await prepare(this.placeOf(id), id, (sql) => this.lakehouse.query(sql));
      this.prepared.set(id, file);
    }
    const { assessment, partitions } = await this.assess();
    const plan = resolve(assessment, templateWith(this.rules));
    const entries = [...makeManifest(plan).catalogs.values()].flat();
    for (const entry of entries.filter(({ phase }) => phase === 'schema')) await this.register(entry, []);
    const tryCase = async (one: CorpusCase): Promise<void> => {
      const source = `${this.name}.${one.id}`;
      const entry = entries.find(({ key }) => key === `table:${source}`);
      const outcome =
        entry === undefined
          ? blocked(plan, source)
          : await this.tryOut(one.expected, entry, partitions.get(source) ?? []);
      if (outcome.blocked === undefined) this.totals.mapped.add(one.id);
      else this.totals.blocked.set(one.id, outcome.blocked);
      this.outcomes.set(one.id, outcome);
    };
    const views = entries.filter(({ phase }) => phase === 'view').map(({ source }) => source?.table);
    const [later, sooner] = [true, false].map((isView) => this.cases.filter(({ id }) => views.includes(id) === isView));
    await inParallel(sooner ?? [], tryCase);
    // In the manifest's order, because a view may read another.
    for (const id of views) for (const one of later ?? []) if (one.id === id) await tryCase(one);
  }

  async remove(): Promise<void> {
    for (const catalog of ['hive', 'iceberg']) {
      const tables = await this.lakehouse.query(
        `SELECT table_name FROM ${catalog}.information_schema.tables WHERE table_schema = '${this.name}'`,
      );
      for (const [table] of tables) {
        // What was registered shares its files with the table that it was made from.
        if (catalog === 'iceberg' && this.prepared.has(String(table)))
          await this.lakehouse.query(`CALL iceberg.system.unregister_table('${this.name}', '${String(table)}')`);
      }
      await this.lakehouse.query(`DROP SCHEMA IF EXISTS ${catalog}.${this.name} CASCADE`);
    }
    await this.lakehouse.removeBucket(this.bucket);
  }

  private get bucket(): string {
    return this.name.replaceAll('_', '-');
  }

  private placeOf(id: string): Place {
    const metadata = this.prepared.get(id);
    const place = { database: this.name, bucket: this.bucket, location: `s3://${this.bucket}/${id}/` };
    return metadata === undefined ? place : { ...place, metadata };
  }

  private async putFiles(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
    const specs = this.cases.flatMap(({ id, files = [] }) =>
      files.map((file) => ({ ...file, key: file.key.startsWith('../') ? file.key.slice(3) : `${id}/${file.key}` })),
    );
    try {
      const install = join(import.meta.dirname, '..', '..', '..', 'environments', 'test-data', 'install.sh');
      const python = execFileSync(install, ['--check'], { encoding: 'utf8' }).trim();
      const written = execFileSync(python, ['-B', join(import.meta.dirname, 'write_files.py'), folder], {
        input: JSON.stringify(specs),
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      });
      const files = Object.entries(JSON.parse(written) as Readonly<Record<string, string>>);
      await this.lakehouse.putObjects(
        this.bucket,
        new Map(files.map(([key, file]) => [key, readFileSync(file)] as const)),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private async assess(): Promise<{
    readonly assessment: Assessment;
    readonly partitions: ReadonlyMap<string, readonly PartitionDetail[]>;
  }> {
    const tables = this.cases.map((one): GlueJson => ({ Name: one.id, ...one.table(this.placeOf(one.id)) }));
    const partitions = this.cases.map(
      ({ id, partitions: list }) => [partitionsKey(this.name, id), list?.(this.placeOf(id)) ?? []] as const,
    );
    const catalog = {
      databases: [database(this.name)],
      tables: { [this.name]: tables },
      partitions: Object.fromEntries(partitions),
    };
    return withStub(catalog, async (stub, folder) => {
      const assessment = valueOf(await assess(stub, folder));
      const details: PartitionDetail[] = [];
      if (assessment.partitionFile !== null) {
        const lines = createInterface({
          input: createReadStream(join(folder, assessment.partitionFile.name)).pipe(createGunzip()),
        });
        for await (const line of lines) details.push(JSON.parse(line) as PartitionDetail);
      }
      return { assessment, partitions: Map.groupBy(details, (detail) => `${detail.database}.${detail.table}`) };
    });
  }

  private async tryOut(
    { rows, queries = [] }: Expected,
    entry: ManifestEntry,
    partitions: readonly PartitionDetail[],
  ): Promise<Outcome> {
    const refused = await this.register(entry, partitions);
    const remarks = entry.remarks.map(({ text }) => text);
    if (refused.length > 0) return { remarks, refused, answers: [] };
    const { catalog, schema, table } = entry.target;
    const name = `"${catalog}"."${schema}"."${table ?? ''}"`;
    const asked = [...(rows === undefined ? [] : ['SELECT * FROM TABLE']), ...queries.map(({ sql }) => sql)];
    const answers = [];
    for (const sql of asked) answers.push(await this.ask(sql.replace('TABLE', name)));
    for (const sql of entry.cleanup) {
      const answer = await this.ask(sql);
      if ('error' in answer) refused.push(`${sql}\n→ ${answer.error}`);
    }
    return { remarks, refused, answers };
  }

  /** What Trino refused. */
  private async register(entry: ManifestEntry, partitions: readonly PartitionDetail[]): Promise<string[]> {
    const statements = [...entry.statements];
    if (entry.partitionsBy === 'partition-file' && entry.partitionedTable !== null) {
      const { catalog, schema, table, keys } = entry.partitionedTable;
      statements.push(
        ...partitions.map(
          ({ values, location }) =>
            `CALL "${catalog}".system.register_partition('${schema}', '${table}', ${arrayOf(keys)}, ${arrayOf(values)}, ${textOf((location ?? '').replace(/^s3[an]:/, 's3:'))})`,
        ),
      );
    }
    statements.push(...entry.load);
    const refused: string[] = [];
    for (const sql of statements) {
      const answer = await this.ask(sql);
      if ('error' in answer) refused.push(`${sql}\n→ ${answer.error}`);
      if ('error' in answer) break;
    }
    return refused;
  }

  private async ask(sql: string): Promise<Rows | { readonly error: string }> {
    this.totals.statements += 1;
    const answer = await trinoClient(this.lakehouse.lakehouse.access()).query(sql);
    if (!answer.ok) return { error: answer.error.map(formatDiagnostic).join('\n') };
    this.totals.rows += answer.value.rows.length;
    return answer.value.rows;
  }
}

function blocked(plan: Plan, source: string): Outcome {
  const item = [...plan.blocked, ...plan.skipped].find(({ key }) => key === `table:${source}`);
  return { blocked: item?.reason ?? 'it is not in the Plan', remarks: [], refused: [], answers: [] };
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function arrayOf(texts: readonly string[]): string {
  return `ARRAY[${texts.map(textOf).join(', ')}]`;
}

function textOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
