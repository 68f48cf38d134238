import type { DescribedColumn } from '../sql/columns-query.js';
import { expectedType, isSameType } from '../values/expected-type.js';
import { parseTrinoType } from '../values/trino-type.js';
import type { CheckResult } from './check-result.js';

export interface SchemaExpectation {
  /** Connector of the target's catalog. */
  readonly target: 'hive' | 'iceberg';
  /** Names that differ in case only are the same name. @default true: Hive and Trino fold names */
  readonly ignoresCase?: boolean;
  /** Of both sides in order, where the engines do not tell: Iceberg's. */
  readonly partitionColumns?: { readonly source: readonly string[]; readonly target: readonly string[] };
  /** The types of the target's columns, by the mapping. @default `expectedType` of the source's */
  readonly expectedTypes?: Readonly<Record<string, string>>;
}

export interface SchemaDifference {
  readonly column: string;
  readonly what: 'missing' | 'extra' | 'type' | 'order' | 'nullability' | 'partitioning' | 'comment';
  readonly source: string | null;
  readonly target: string | null;
}

/** Comments and NOT NULL are not data: their differences are a warning. */
const mild: readonly SchemaDifference['what'][] = ['comment', 'nullability'];

/** Compares from both sides: a column that only the target has is a difference, too. */
export function compareSchemas(
  source: readonly DescribedColumn[],
  target: readonly DescribedColumn[],
  expectation: SchemaExpectation,
): CheckResult {
  if (source.length === 0 || target.length === 0) return missingTable(source, target);
  const differences = differencesOf(source, target, expectation);
  const isWrong = differences.some(({ what }) => !mild.includes(what));
  return {
    check: 'schema',
    status: isWrong ? 'failed' : differences.length > 0 ? 'warning' : 'passed',
    sourceValue: textOf(source),
    targetValue: textOf(target),
    difference: differences.length === 0 ? null : differences.map(sentence).join(' '),
    details: { differences },
    findings: [],
  };
}

function missingTable(source: readonly DescribedColumn[], target: readonly DescribedColumn[]): CheckResult {
  const sides = [...(source.length === 0 ? ['source'] : []), ...(target.length === 0 ? ['target'] : [])];
  return {
    check: 'schema',
    status: 'failed',
    sourceValue: source.length === 0 ? null : textOf(source),
    targetValue: target.length === 0 ? null : textOf(target),
    difference: `The table does not exist at the ${sides.join(' and the ')}, or its columns cannot be read.`,
    details: { differences: [] },
    findings: [],
  };
}

function textOf(columns: readonly DescribedColumn[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}

function differencesOf(
  source: readonly DescribedColumn[],
  target: readonly DescribedColumn[],
  expectation: SchemaExpectation,
): readonly SchemaDifference[] {
  const { ignoresCase = true } = expectation;
  const key = ({ name }: DescribedColumn): string => (ignoresCase ? name.toLowerCase() : name);
  const others = new Map(target.map((column) => [key(column), column]));
  const own = new Set(source.map(key));
  const found: SchemaDifference[] = [];
  for (const column of source) {
    const other = others.get(key(column));
    if (other === undefined) found.push({ column: column.name, what: 'missing', source: column.type, target: null });
    else found.push(...pairDifferences(column, other, expectation));
  }
  for (const column of target)
    if (!own.has(key(column))) found.push({ column: column.name, what: 'extra', source: null, target: column.type });
  const [order, otherOrder] = [source, target].map((columns) => columns.map(key).join(', '));
  if (order !== otherOrder && !found.some(({ what }) => what === 'missing' || what === 'extra'))
    found.push({ column: '', what: 'order', source: order ?? '', target: otherOrder ?? '' });
  return [...found, ...partitionDifferences(source, target, expectation)];
}

function pairDifferences(
  source: DescribedColumn,
  target: DescribedColumn,
  expectation: SchemaExpectation,
): readonly SchemaDifference[] {
  const found: SchemaDifference[] = [];
  const note = (what: SchemaDifference['what'], from: string | null, to: string | null): void => {
    found.push({ column: source.name, what, source: from, target: to });
  };
  const differ = (...[what, from, to]: Parameters<typeof note>): void => {
    if (from !== to) note(what, from, to);
  };
  const given = expectation.expectedTypes?.[source.name.toLowerCase()];
  if (!hasExpectedType(source.type, target.type, given, expectation.target)) note('type', source.type, target.type);
  differ('nullability', nullability(source), nullability(target));
  differ('comment', source.comment, target.comment);
  return found;
}

function nullability({ isNullable }: DescribedColumn): string {
  return isNullable ? 'NULL' : 'NOT NULL';
}

function hasExpectedType(
  source: string,
  target: string,
  given: string | undefined,
  connector: 'hive' | 'iceberg',
): boolean {
  const [from, to] = [typeOf(given ?? source), typeOf(target)];
  if (!from.ok || !to.ok) return false;
  const wanted = given === undefined ? expectedType(from.value, connector) : from.value;
  return isSameType(wanted, to.value);
}

/** A table has few types, and is compared with each change of itself. */
const known = new Map<string, ReturnType<typeof parseTrinoType>>();
const mostKnown = 1000;

function typeOf(text: string): ReturnType<typeof parseTrinoType> {
  const type = known.get(text) ?? parseTrinoType(text);
  if (known.size >= mostKnown) known.clear();
  known.set(text, type);
  return type;
}

function partitionDifferences(
  source: readonly DescribedColumn[],
  target: readonly DescribedColumn[],
  { partitionColumns, target: connector }: SchemaExpectation,
): readonly SchemaDifference[] {
  const keysOf = (columns: readonly DescribedColumn[]): readonly string[] =>
    columns.filter(({ isPartitionKey }) => isPartitionKey).map(({ name }) => name);
  // A table that became Iceberg keeps its keys only as columns, unless somebody tells its partitioning.
  if (connector === 'iceberg' && partitionColumns === undefined) return [];
  const from = (partitionColumns?.source ?? keysOf(source)).join(', ').toLowerCase();
  const to = (partitionColumns?.target ?? keysOf(target)).join(', ').toLowerCase();
  return from === to ? [] : [{ column: '', what: 'partitioning', source: from, target: to }];
}

const sentences: Readonly<Record<SchemaDifference['what'], string>> = {
  missing: 'is missing at the target',
  extra: 'is only at the target',
  type: 'has another type',
  order: 'The columns have another order',
  nullability: 'allows NULL on one side only',
  partitioning: 'The partition columns differ',
  comment: 'has another comment',
};

function sentence({ column, what, source, target }: SchemaDifference): string {
  const subject = column === '' ? sentences[what] : `The column '${column}' ${sentences[what]}`;
  return `${subject} (${source ?? 'nothing'} at the source, ${target ?? 'nothing'} at the target).`;
}
