import type { Estimate } from '../assessments/index.js';
import { compareText } from '../core/canonical-json.js';
import { ok } from '../core/result.js';
import { relocate } from './data-locations.js';
import { orderByDependencies, tableBehind } from './dependencies.js';
import { renderRegisterTable } from './iceberg-table.js';
import { icebergAliasCasts } from './iceberg-view-types.js';
import { idempotencyKeyOf } from './manifest.js';
import type { Manifest, ManifestEntry, Registration } from './manifest.js';
import type { RegisteredDatabase, RegisteredTable } from './registered-table.js';
import { registrationTargetOf } from './registration-target.js';
import type { RegistrationTarget, TargetParts } from './registration-target.js';
import { renderFiles } from './render-files.js';
import { literal, qualifiedName } from '../core/sql-text.js';
import { withProperties } from './sql.js';
import { renderAlias, renderView } from './views.js';

/** The part of a Plan that the manifest is made from. */
export interface ManifestInput extends TargetParts {
  readonly databases: readonly RegisteredDatabase[];
  /** Tables that the judge accepted and whose dependencies are met. */
  readonly tables: readonly RegisteredTable[];
}

/** The facts that an entry of the manifest needs about the others. */
interface Surroundings {
  readonly target: RegistrationTarget;
  readonly byName: ReadonlyMap<string, RegisteredTable>;
}

/** In each catalog: schemas, then tables, both sorted by key, then views, each after what it reads. Pure. */
export function makeManifest(input: ManifestInput): Manifest {
  const target = registrationTargetOf(input);
  const tables = [...input.tables].sort((a, b) => compareText(a.key, b.key));
  const { ordered, unmet, byName } = orderByDependencies(tables);
  for (const [{ key }, reason] of unmet) throw refused(key, reason);
  const surroundings = { target, byName };
  const entries = [
    ...schemaEntries(input.databases, ordered, target),
    ...ordered.map((table) => tableEntry(table, surroundings)),
  ];
  const byCatalog = Map.groupBy(entries, (entry) => entry.target.catalog);
  const catalogs = Object.keys(target.catalogs).sort(compareText);
  return { catalogs: new Map(catalogs.map((catalog) => [catalog, byCatalog.get(catalog) ?? []])) };
}

function refused(key: string, reason: string): Error {
  return new Error(`Bug: the Plan maps ${key}, which the target cannot hold: ${reason}.`);
}

function schemaEntries(
  databases: readonly RegisteredDatabase[],
  tables: readonly RegisteredTable[],
  target: RegistrationTarget,
): ManifestEntry[] {
  const entries = databases.map((database) => schemaEntry(database.key, database, database.source, target));
  const made = new Set(databases.map(({ catalog, schema }) => qualifiedName(catalog, schema)));
  // A rule may send a table to a schema that no database is mapped to.
  for (const table of tables) {
    const name = qualifiedName(table.catalog, table.schema);
    if (!made.has(name)) entries.push(schemaEntry(`schema:${table.catalog}.${table.schema}`, table, null, target));
    made.add(name);
  }
  return entries.sort((a, b) => compareText(a.key, b.key));
}

function schemaEntry(
  key: string,
  { catalog, schema, rule }: RegisteredDatabase | RegisteredTable,
  database: RegisteredDatabase['source'] | null,
  { catalogs, buckets }: RegistrationTarget,
): ManifestEntry {
  if (!Object.hasOwn(catalogs, catalog)) throw refused(key, `the target has no catalog '${catalog}'`);
  // An Iceberg catalog places its schemas in the warehouse.
  const isPlaced = database !== null && catalogs[catalog]?.type === 'hive-metastore';
  const location = isPlaced ? relocate(database.locationUri, buckets) : null;
  const properties = withProperties({ location: location === null ? undefined : literal(location) });
  return entryOf({
    key,
    phase: 'schema',
    method: 'schema',
    source: database && {
      database: database.name,
      table: null,
      format: null,
      location: database.locationUri,
      metadataLocation: null,
      bytes: null,
    },
    target: { catalog, schema, table: null, location },
    expected: { rows: unknown, bytes: unknown, partitions: null },
    statements: [`CREATE SCHEMA IF NOT EXISTS ${qualifiedName(catalog, schema)} ${properties}`.trim()],
    load: [],
    cleanup: [],
    partitionsBy: null,
    partitionedTable: null,
    remarks: [],
    rule,
  });
}

const unknown: Estimate = { value: null, source: 'none', confidence: 'none' };

function tableEntry(table: RegisteredTable, surroundings: Surroundings): ManifestEntry {
  const { key, catalog, schema, location, method, source, engine, rule } = table;
  const isView = method === 'view' || method === 'alias';
  return entryOf({
    key,
    phase: isView ? 'view' : 'table',
    method,
    source: {
      database: source.database,
      table: source.name,
      format: source.format,
      location: source.location,
      metadataLocation: source.iceberg?.metadataLocation ?? null,
      bytes: source.size.value,
    },
    // The catalog places a converted table in its warehouse.
    target: { catalog, schema, table: table.table, location: method === 'convert' ? null : location },
    expected: {
      rows: isView ? unknown : source.rows,
      bytes: ['external', 'register', 'convert-in-place'].includes(method) ? source.size : unknown,
      partitions: source.partitionKeys.length === 0 ? null : source.partitions.count,
    },
    ...registrationOf(table, surroundings),
    remarks: table.remarks,
    ...(engine !== undefined && { engine }),
    rule,
  });
}

function registrationOf(table: RegisteredTable, { target, byName }: Surroundings): Registration {
  const { read, location } = table;
  const targetOf = (name: string): RegisteredTable => {
    const found = tableBehind(name, byName);
    if (found === undefined) throw refused(table.key, `it reads ${name}, which is not mapped`);
    return found;
  };
  if (read.kind === 'view') return viewAs(renderView(table, read.text, targetOf, read.casts));
  if (read.kind === 'link') {
    const behind = targetOf(read.target);
    const casts = read.isInIceberg ? icebergAliasCasts(behind) : ok([]);
    if (!casts.ok) throw refused(table.key, casts.error);
    return viewAs(renderAlias(table, behind, casts.value));
  }
  if (location === null) throw refused(table.key, 'it has no location at the target');
  if (read.kind === 'metadata') return renderRegisterTable(table, read.file, location);
  return renderFiles(table, read.files, location, target);
}

function viewAs(statements: readonly string[]): Registration {
  return { statements, load: [], cleanup: [], partitionsBy: null, partitionedTable: null };
}

function entryOf({ rule, ...entry }: Omit<ManifestEntry, 'idempotencyKey'>): ManifestEntry {
  return { ...entry, idempotencyKey: idempotencyKeyOf(entry), rule: { name: rule.name, template: rule.template } };
}
