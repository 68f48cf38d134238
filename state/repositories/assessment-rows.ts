import { createHash, randomUUID } from 'node:crypto';
import type { AssessedDatabase, AssessedTable, Assessment, Column } from '../../assessments/index.js';
import { sha256 } from '../../core/canonical-json.js';
import { withoutCredentials } from '../../core/credentials.js';
import { uuidOf } from './ids.js';
import { packDigests } from './table-digests.js';
import { searchText } from './name-pattern.js';
import type { FormatTotals } from '../schema/tables.js';

/** The rows of one assessment, keyed by column name; `bigint` fingerprints as text, because they take all 64 bits. */
export interface AssessmentRows {
  readonly assessment: object;
  readonly databases: readonly object[];
  /** Sorted by id, so that concurrent writers lock them in the same order. */
  readonly schemas: readonly object[];
  readonly tables: readonly object[];
}

interface TableRow {
  readonly table_name: string;
  readonly fingerprint: string;
  readonly [column: string]: unknown;
}

/** Removes likely credentials from texts of the catalog; parameters are not stored at all. */
export function assessmentRows(assessment: Assessment, id: string, reportSha256: string): AssessmentRows {
  const { summary, source } = assessment;
  const tablesOf = Map.groupBy(assessment.tables, ({ database }) => database);
  const schemas = new Map<string, object>();
  const tables: object[] = [];
  const databases = assessment.databases.map((database) => {
    const databaseId = randomUUID();
    const own = tablesOf.get(database.name) ?? [];
    const rows = own.map((table) =>
      tableRow(table, { assessment_id: id, database_id: databaseId, schema_id: schemaOf(table, schemas) }),
    );
    for (const row of rows) tables.push(row);
    return databaseRow(database, own, {
      id: databaseId,
      assessment_id: id,
      ...databaseDigests(rows),
    });
  });
  return {
    assessment: {
      id,
      timestamp: assessment.assessedAt,
      region: source.region,
      aws_account_id: source.accountId,
      tool_version: assessment.toolVersion,
      total_databases: summary.databases,
      total_tables: summary.tables,
      iceberg_tables: summary.icebergTables,
      migration_ready: summary.ready,
      needs_conversion: summary.needsConversion,
      unknown: summary.unknown,
      total_partitions: summary.partitions,
      total_estimated_size_bytes: summary.knownSizeBytes,
      tables_of_unknown_size: summary.tablesOfUnknownSize,
      tables_by_format: formatTotals(assessment.tables),
      complete: summary.complete,
      findings: assessment.findings.map((finding) => ({
        ...finding,
        message: withoutCredentials(finding.message),
        fix: withoutCredentials(finding.fix),
      })),
      report_sha256: reportSha256,
      catalog_id: source.catalogId ?? null,
      database_filter: assessment.filter?.databases ?? null,
    },
    databases,
    schemas: [...schemas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, schema]) => schema),
    tables,
  };
}

function databaseRow(
  { name, description, locationUri, tableCount, link }: AssessedDatabase,
  tables: readonly AssessedTable[],
  keys: { readonly id: string; readonly assessment_id: string; readonly [column: string]: unknown },
): object {
  const count = (readiness: string): number => tables.filter((table) => table.readiness === readiness).length;
  return {
    ...keys,
    database_name: name,
    description: redacted(description),
    location_uri: redacted(locationUri),
    table_count: tableCount,
    link_target: link === null ? null : link.targetDatabase,
    migration_ready: count('READY'),
    needs_conversion: count('NEEDS_CONVERSION'),
    unknown: count('UNKNOWN'),
    total_estimated_size_bytes: tables.reduce((sum, { size }) => sum + (size.value ?? 0), 0),
    tables_of_unknown_size: tables.filter(({ size }) => size.value === null).length,
    tables_by_format: formatTotals(tables),
    search_text: searchText(tables.map(({ name: table }) => table)),
  };
}

function databaseDigests(tables: readonly TableRow[]): object {
  const { names, fingerprints } = packDigests(tables);
  return {
    fingerprint: first64Bits(Buffer.concat([names, fingerprints])),
    name_digests: names.toString('base64'),
    table_fingerprints: fingerprints.toString('base64'),
  };
}

function tableRow(
  table: AssessedTable,
  keys: { readonly assessment_id: string; readonly database_id: string; readonly schema_id: string },
): TableRow {
  const { format, size, partitions, readiness } = table;
  return {
    ...keys,
    id: randomUUID(),
    table_name: table.name,
    fingerprint: first64Bits(JSON.stringify([keys.schema_id, format, size.value, partitions.count, readiness])),
    database_name: table.database,
    table_format: format,
    table_type: table.tableType,
    description: redacted(table.description),
    storage_location: redacted(table.location),
    serde: table.serde?.library ?? null,
    estimated_size_bytes: size.value,
    estimated_rows: table.rows.value,
    partition_keys: table.partitionKeys.map(({ name }) => name),
    partition_count: partitions.count,
    column_count: table.columns.length,
    last_updated: table.lastUpdated,
    is_iceberg: format === 'ICEBERG',
    migration_readiness: readiness,
    readiness_source: table.readinessSource,
    traits: table.traits,
    notes: table.notes.map(withoutCredentials),
  };
}

/** The id of the table's schema, which is added to `known` if it is new. */
function schemaOf({ columns, partitionKeys }: AssessedTable, known: Map<string, object>): string {
  // The keys of columns are always in the same order, because one reader creates them, so their JSON can be hashed.
  const id = uuidOf(sha256(JSON.stringify([columns, partitionKeys])).slice(0, 32));
  if (!known.has(id))
    known.set(id, { id, columns: columns.map(storedColumn), partition_columns: partitionKeys.map(storedColumn) });
  return id;
}

function storedColumn({ name, type, comment }: Column): Column {
  return comment === undefined ? { name, type } : { name, type, comment: withoutCredentials(comment) };
}

function formatTotals(tables: readonly AssessedTable[]): FormatTotals {
  return Object.fromEntries(
    [...Map.groupBy(tables, ({ format }) => format)].map(([format, group]) => [
      format,
      { tables: group.length, size_bytes: group.reduce((sum, { size }) => sum + (size.value ?? 0), 0) },
    ]),
  );
}

function redacted(text: string | null): string | null {
  return text === null ? null : withoutCredentials(text);
}

/** Of the SHA-256, as a signed integer. */
function first64Bits(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest().readBigInt64BE().toString();
}
