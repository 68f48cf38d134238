import { diagnostic } from '../../core/diagnostic.js';
import { identifier } from '../../core/sql-text.js';
import { queriedTables } from '../../registration/index.js';
import type { QueriedTables } from '../../registration/index.js';
import type { CheckResult } from '../checks/check-result.js';
import { linesOf } from '../checks/query.js';
import type { TestQuery } from '../queries/test-query.js';
import type { DescribedColumn } from '../sql/columns-query.js';
import { hashedRows } from '../sql/scan.js';
import type { Scan, TableName } from '../sql/scan.js';
import type { Rows, SideQuestions } from '../table/ask-sides.js';

/** Each table of a run asks which queries read it: their texts, a few, are parsed once. */
const parsed = new Map<string, ReturnType<typeof queriedTables>>();

function tablesIn(sql: string, catalog: string): ReturnType<typeof queriedTables> {
  const key = JSON.stringify([sql, catalog]);
  const tables = parsed.get(key) ?? queriedTables(sql, [catalog.toLowerCase()]);
  parsed.set(key, tables);
  return tables;
}

/** Whether a side of the query names the table of that side. A text that Trino cannot parse may read any. */
export function readsTable(
  query: TestQuery,
  pair: { readonly source: TableName; readonly target: TableName },
): boolean {
  return (['source', 'target'] as const).some((side) => {
    const read = tablesIn(query[side], pair[side].catalog);
    return !read.ok || read.value.relations.some(({ parts }) => isNameOf(parts, pair[side]));
  });
}

/** `schema.table`, with or without the catalog before it, in lower case. */
function isNameOf(parts: readonly string[], { catalog, schema, table }: TableName): boolean {
  const whole = [catalog, schema, table].map((name) => name.toLowerCase());
  return parts.length >= 2 && JSON.stringify(whole.slice(-parts.length)) === JSON.stringify(parts);
}

/** A damage to the table, by which rows are left. */
interface QueryDamage {
  /** As the result names it. */
  readonly name: string;
  /** Condition on `row_hash` of the rows that are left. */
  readonly left: string;
}

/** From one that few queries see to one that each must see. `firstHash` is the hash of a row. */
function damagesOf(firstHash: bigint | null): readonly QueryDamage[] {
  return [
    ...(firstHash === null ? [] : [{ name: 'a lost row', left: `row_hash <> ${firstHash}` }]),
    { name: 'one row in 64 lost', left: 'bitwise_and(row_hash, 63) <> 0' },
    { name: 'half of the rows lost', left: 'bitwise_and(row_hash, 1) = 0' },
    { name: 'all rows lost', left: 'false' },
  ];
}

/**
 * The query at the source, over what is left of the table instead of the table. `undefined` where its text has no room for
 * that: the table has a version there, or the query does not name it.
 */
export function damagedQuery(
  { source: sql }: Pick<TestQuery, 'source'>,
  scan: Scan,
  columns: readonly DescribedColumn[],
  left: string,
): string | undefined {
  const read = tablesIn(sql, scan.table.catalog);
  if (!read.ok) return undefined;
  const edits = editsOf(read.value, scan, columns, left);
  if (edits === undefined || edits.length === 0) return undefined;
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end),
      read.value.sql,
    );
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function editsOf(
  { relations, qualifiedColumns, hiddenColumns }: QueriedTables,
  scan: Scan,
  columns: readonly DescribedColumn[],
  left: string,
): readonly Edit[] | undefined {
  const own = new Set(relations.flatMap(({ parts }, index) => (isNameOf(parts, scan.table) ? [index] : [])));
  if (hiddenColumns.some((column) => column.relations.some((index) => own.has(index)))) return undefined;
  if (relations.some(({ isVersioned }, index) => isVersioned && own.has(index))) return undefined;
  const { side, table, columns: compared, partitionColumns } = scan;
  const rows = hashedRows(
    // As the test query reads it: what is current, and all partitions.
    { side, table, columns: compared, partitionColumns },
    columns.map(({ name }, index) => ({ sql: identifier(name), name: `"$c${index + 1}"` })),
  );
  const renamed = columns.map(({ name }, index) => `"$c${index + 1}" AS ${identifier(name)}`).join(', ');
  const damaged = `(SELECT ${renamed} FROM ${rows} WHERE ${left})`;
  const alias = identifier(scan.table.table);
  return [
    ...relations.flatMap(({ start, end, aliasAt }, index): readonly Edit[] =>
      own.has(index) ? [{ start, end, replacement: aliasAt === undefined ? damaged : `${damaged} AS ${alias}` }] : [],
    ),
    ...qualifiedColumns.flatMap(({ relation, start, end }): readonly Edit[] =>
      own.has(relation) ? [{ start, end, replacement: alias }] : [],
    ),
  ];
}

/** The damage at the source that a test query was shown to detect. */
export interface QueryPower {
  /** The smallest damage that it saw; `null` where it saw none, or where that is not known. */
  readonly sees: string | null;
  /** Why it is not known. */
  readonly unknown: string | null;
}

/** Runs the query over less and less of the table until its result differs from `plain`, which it was at the source. */
export async function proveQuery(
  query: TestQuery,
  scan: Scan,
  columns: readonly DescribedColumn[],
  {
    firstHash,
    plain,
    questions,
  }: { readonly firstHash: bigint | null; readonly plain: Rows; readonly questions: SideQuestions },
): Promise<QueryPower> {
  const before = resultText(plain, query);
  for (const damage of damagesOf(firstHash)) {
    const sql = damagedQuery(query, scan, columns, damage.left);
    if (sql === undefined) return { sees: null, unknown: 'its text cannot be run over a part of the table' };
    const answer = await questions.one('query power', scan.side, sql);
    if (!answer.ok) return { sees: null, unknown: answer.error.map(({ message }) => message).join(' ') };
    if (resultText(answer.value.rows, query) !== before) return { sees: damage.name, unknown: null };
  }
  return { sees: null, unknown: null };
}

function resultText(rows: Rows, { isTotallyOrdered }: TestQuery): string {
  return linesOf(rows, isTotallyOrdered).join('\n');
}

/** A query whose power is not known does not pass. */
export function withQueryPower(result: CheckResult, query: TestQuery, power: QueryPower): CheckResult {
  const details = { ...result.details, sees: power.sees };
  if (power.unknown === null) return { ...result, details };
  const finding = diagnostic({
    code: 'query-power-unknown',
    severity: 'warning',
    message: `Whether the query '${query.id}' would detect damage could not be determined: ${power.unknown}.`,
    fix: 'Refer to the table in the query as schema.table, without FOR VERSION AS OF or hidden columns; see docs/validation.md.',
  });
  const status = result.status === 'passed' ? 'warning' : result.status;
  return { ...result, status, details, findings: [...result.findings, finding] };
}
