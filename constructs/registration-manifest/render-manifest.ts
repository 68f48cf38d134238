import { canonicalJson, compareText, sha256 } from '../../core/canonical-json.js';
import { registerExternal } from './hive-table.js';
import { convertToIceberg, registerIceberg } from './iceberg-table.js';
import type {
  ManifestEntry,
  RegisteredDatabase,
  RegisteredTable,
  Registration,
  RegistrationContext,
} from './manifest-types.js';
import { literal, qualifiedName, withProperties } from './sql.js';
import { orderViews, registerAlias, registerView } from './views.js';

export interface ManifestInput {
  /** Every catalog of the target; each gets a file. */
  readonly catalogs: Readonly<Record<string, { readonly type: 'iceberg-rest' | 'hive-metastore' }>>;
  readonly databases: readonly RegisteredDatabase[];
  readonly tables: readonly RegisteredTable[];
  /** Target bucket by source bucket. */
  readonly buckets: ReadonlyMap<string, string>;
}

export interface ManifestFile {
  /** One `ManifestEntry` a line, as JSON. */
  readonly content: string;
  readonly entries: number;
  /** Entries that have no statement. */
  readonly unregistrable: number;
}

/** One file a catalog: schemas, tables, views, each sorted by key (views by what they read). Pure. */
export function renderManifest(input: ManifestInput): ReadonlyMap<string, ManifestFile> {
  const context = contextOf(input);
  const byCatalog = new Map(
    Object.keys(input.catalogs)
      .sort(compareText)
      .map((name): [string, ManifestEntry[]] => [name, []]),
  );
  for (const [catalog, entry] of entriesOf(input, context)) byCatalog.get(catalog)?.push(entry);
  return new Map([...byCatalog].map(([catalog, entries]) => [catalog, fileOf(entries)]));
}

/** `manifest.json`: each catalog's file with its hash. */
export function renderManifestIndex(files: ReadonlyMap<string, ManifestFile>): string {
  const catalogs = Object.fromEntries(
    [...files].map(([catalog, { content, entries, unregistrable }]) => [
      catalog,
      { entries, file: `${catalog}.ndjson`, sha256: sha256(content), unregistrable },
    ]),
  );
  return `${canonicalJson({ catalogs, kind: 'RegistrationManifest', schemaVersion: '1.0' })}\n`;
}

function contextOf({ catalogs, tables, buckets }: ManifestInput): RegistrationContext {
  const hiveCatalogs = Object.keys(catalogs).filter((name) => catalogs[name]?.type === 'hive-metastore');
  return {
    stagingCatalog: hiveCatalogs.sort(compareText)[0],
    tables: new Map(tables.map((table) => [`${table.source.database}.${table.source.name}`.toLowerCase(), table])),
    relocate: (location) => {
      const match = /^s3[an]?:\/\/([^/]+)(.*)$/s.exec(location);
      const bucket = buckets.get(match?.[1] ?? '');
      return bucket === undefined ? undefined : `s3://${bucket}${match?.[2] ?? ''}`;
    },
  };
}

function* entriesOf(input: ManifestInput, context: RegistrationContext): Generator<[string, ManifestEntry]> {
  const made = new Set<string>();
  for (const database of input.databases) {
    made.add(qualifiedName(database.catalog, database.schema));
    yield [database.catalog, databaseEntry(database, input, context)];
  }
  for (const table of input.tables) {
    const schema = qualifiedName(table.catalog, table.schema);
    if (!made.has(schema)) yield [table.catalog, schemaEntry(table)];
    made.add(schema);
    yield [table.catalog, tableEntry(table, context)];
  }
}

function databaseEntry(
  { key, catalog, schema, source, rule }: RegisteredDatabase,
  { catalogs }: ManifestInput,
  { relocate }: RegistrationContext,
): ManifestEntry {
  // An Iceberg catalog places its schemas in the warehouse.
  const location =
    catalogs[catalog]?.type === 'hive-metastore' && source.locationUri !== null
      ? relocate(source.locationUri)
      : undefined;
  return schemaOf(key, catalog, schema, rule, location);
}

/** A rule may send a table to a schema that no database is mapped to. */
function schemaEntry({ catalog, schema, rule }: RegisteredTable): ManifestEntry {
  return schemaOf(`schema:${catalog}.${schema}`, catalog, schema, rule);
}

function schemaOf(
  key: string,
  catalog: string,
  schema: string,
  rule: ManifestEntry['rule'],
  location?: string,
): ManifestEntry {
  const properties = withProperties({ location: location === undefined ? undefined : literal(location) });
  const create = `CREATE SCHEMA IF NOT EXISTS ${qualifiedName(catalog, schema)} ${properties}`.trim();
  return { key, phase: 'schema', schema, method: 'schema', statements: [create], remarks: [], rule: ruleOf(rule) };
}

function tableEntry(table: RegisteredTable, context: RegistrationContext): ManifestEntry {
  const { key, schema, method, remarks, rule } = table;
  const registration = registrationOf(table, context);
  return {
    ...registration,
    key,
    phase: method === 'view' || method === 'alias' ? 'view' : 'table',
    schema,
    table: table.table,
    method,
    remarks: [...remarks, ...registration.remarks],
    rule: ruleOf(rule),
  };
}

function registrationOf(table: RegisteredTable, context: RegistrationContext): Registration {
  switch (table.method) {
    case 'external':
      return registerExternal(table, context);
    case 'register':
    case 'register-rewritten':
      return registerIceberg(table);
    case 'convert':
      return convertToIceberg(table, context);
    case 'view':
      return registerView(table, context);
    case 'alias':
      return registerAlias(table, context);
  }
}

/** Without the template's path, which differs from machine to machine, and the line, which another rule may move. */
function ruleOf({ name, template }: ManifestEntry['rule']): ManifestEntry['rule'] {
  return { name, template };
}

function fileOf(entries: readonly ManifestEntry[]): ManifestFile {
  const inPhase = (phase: ManifestEntry['phase']): ManifestEntry[] =>
    entries.filter((entry) => entry.phase === phase).sort((a, b) => compareText(a.key, b.key));
  const ordered = [...inPhase('schema'), ...inPhase('table'), ...orderViews(inPhase('view'))];
  return {
    content: ordered.map((entry) => `${canonicalJson(entry)}\n`).join(''),
    entries: ordered.length,
    unregistrable: entries.filter(({ statements }) => statements.length === 0).length,
  };
}
