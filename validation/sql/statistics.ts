import { timestampOf } from '../values/hash-part.js';
import type { Form } from '../values/form.js';
import { columnOf, columnsHash, columnText, columnValue, fromClause, partitionText, partitionTexts } from './scan.js';
import type { ComparedColumn, Kept, Scan } from './scan.js';

/** A figure of a column, as varchar or bigint. Equal on both sides where the column is. */
export interface Statistic {
  /** The column's name at the source. */
  readonly column: string;
  /** Such as `nulls`, `min` or `sum`. */
  readonly name: string;
  readonly sql: string;
  /** It does not have to be equal: it tells about one side alone. */
  readonly isRemark: boolean;
}

/** Columns of one query. A column's data is read once all the same: the files are columnar. */
const columnsAtOnce = 50;

export interface StatisticsQuery {
  readonly sql: string;
  /** In the order of the result, after the partition's texts and the number of rows. */
  readonly statistics: readonly Statistic[];
}

/** Rows up to which distinct values are counted: the engine keeps each of them in memory. */
export const rowsWithDistinct = 100_000n;

/** Figures of one side that are held in memory. */
const figuresInMemory = 5_000_000;

/**
 * In how many groups, a power of 2, the partitions of a table are put together whose figures are too many for the memory;
 * `undefined` where they are not.
 */
export function groupsOfPartitions(
  scan: Scan,
  countsDistinct: boolean,
  partitions: number,
  mostFigures = figuresInMemory,
): number | undefined {
  const figures = statisticsQueries(scan, countsDistinct).reduce((sum, { statistics }) => sum + statistics.length, 0);
  if (partitions * figures <= mostFigures) return undefined;
  return 2 ** Math.max(0, Math.floor(Math.log2(mostFigures / figures)));
}

/**
 * The statistics of each partition, or of so many groups of partitions; of the whole table where it has none. With
 * `countsDistinct` also the number of distinct values of each column, exactly, NULL being one of them.
 */
export function statisticsQueries(scan: Scan, countsDistinct: boolean, groups?: number): readonly StatisticsQuery[] {
  const starts = Array.from(
    { length: Math.ceil(scan.columns.length / columnsAtOnce) },
    (_, index) => index * columnsAtOnce,
  );
  const keys = groups === undefined ? partitionTexts(scan) : [groupOfPartition(scan, groups)];
  const selectedKeys = keys.map(({ sql, name }) => `${sql} AS ${name}, `).join('');
  const grouping = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, index) => String(index + 1)).join(', ')}`;
  return starts.map((start) => {
    const columns = scan.columns.slice(start, start + columnsAtOnce);
    const statistics = columns.flatMap((column) => [
      ...statisticsOf(column, scan),
      ...(countsDistinct ? [distinctValues(column, scan)] : []),
    ]);
    const selected = statistics.map(({ sql }, index) => `${sql} AS s${index + 1}`);
    return {
      sql: `SELECT ${selectedKeys}count(*) AS row_count, ${selected.join(', ')} ${fromClause(scan)}${grouping}`,
      statistics,
    };
  });
}

/** The group of a row's partition, as text. */
function groupOfPartition(scan: Scan, groups: number): Kept {
  const hash = `from_big_endian_64(xxhash64(to_utf8(${partitionText(partitionTexts(scan).map(({ sql }) => sql))})))`;
  return { sql: `CAST(bitwise_and(${hash}, ${groups - 1}) AS varchar)`, name: 'p1' };
}

/** Those that both sides must agree on. */
export function statisticsOfColumns(scan: Pick<Scan, 'columns' | 'side'>): readonly Statistic[] {
  return scan.columns.flatMap((column) => statisticsOf(column, scan)).filter(({ isRemark }) => !isRemark);
}

function statisticsOf(column: ComparedColumn, { side }: Pick<Scan, 'side'>): readonly Statistic[] {
  const value = columnValue(column, side);
  const named = { nulls: `count_if(${value} IS NULL)`, ...figuresOf(value, columnText(column, side), column.form) };
  const remarks = remarksOn(columnOf(column, side), column.form);
  const statistic =
    (isRemark: boolean) =>
    ([name, sql]: readonly [string, string]) => {
      return { column: column.name.source, name, sql, isRemark };
    };
  return [...Object.entries(named).map(statistic(false)), ...Object.entries(remarks).map(statistic(true))];
}

/** One pass over the rows, where count(DISTINCT …) would take one for each column. */
function distinctValues(column: ComparedColumn, { side }: Scan): Statistic {
  const sql = `cardinality(histogram(from_big_endian_64(${columnsHash([column], side)})))`;
  return { column: column.name.source, name: 'distinct', sql, isRemark: false };
}

type Figures = Readonly<Record<string, string>>;

/** Digits of decimals that are summed: sums of more could overflow at 10^10 rows. */
export const widestSum = 28;

function figuresOf(value: string, text: string, form: Form): Figures {
  switch (form.kind) {
    case 'boolean':
      return { true: `count_if(${value})` };
    case 'integer':
      return { ...extremes(value), sum: `CAST(sum(CAST(${value} AS decimal(38,0))) AS varchar)` };
    case 'decimal': {
      const decimal = `CAST(${value} AS decimal(${form.precision},${form.scale}))`;
      const sum = `CAST(sum(CAST(${value} AS decimal(38,${form.scale}))) AS varchar)`;
      return { ...extremes(decimal), ...(form.precision <= widestSum && { sum }) };
    }
    case 'date':
      return extremes(value);
    case 'timestamp':
      return extremes(timestampOf(value, form));
    case 'float':
      return floatFigures(value, form.hasOneZero);
    case 'text':
      return {
        empty: `count_if(${value} = '')`,
        codePoints: `sum(length(${value}))`,
        bytes: `sum(length(to_utf8(${value})))`,
        longest: `max(length(${value}))`,
        // Their hashes, because they may be personal.
        minHash: `to_hex(xxhash64(to_utf8(min(${value}))))`,
        maxHash: `to_hex(xxhash64(to_utf8(max(${value}))))`,
      };
    case 'binary':
      return { bytes: `sum(length(${value}))`, longest: `max(length(${value}))` };
    case 'array':
    case 'map':
      return { elements: `sum(cardinality(${value}))` };
    case 'row':
    case 'not-compared':
      return {};
    case 'digits':
    case 'time':
    case 'uuid':
    case 'json':
    case 'canonical-text':
      return { minHash: `to_hex(xxhash64(to_utf8(min(${text}))))`, maxHash: `to_hex(xxhash64(to_utf8(max(${text}))))` };
  }
}

function extremes(value: string): Figures {
  return { min: `CAST(min(${value}) AS varchar)`, max: `CAST(max(${value}) AS varchar)` };
}

/** Extremes as bits, and counts of what has no order. No sums: their rounding depends on the order of the rows. */
function floatFigures(value: string, hasOneZero: boolean): Figures {
  const double = `CAST(${value} AS double)`;
  const extreme = (of: 'min' | 'max'): string =>
    `to_hex(to_ieee754_64(${of}(${double} + DOUBLE '0') FILTER (WHERE is_finite(${double}))))`;
  return {
    min: extreme('min'),
    max: extreme('max'),
    notANumber: `count_if(is_nan(${double}))`,
    infinite: `count_if(is_infinite(${double}) AND ${double} > 0)`,
    minusInfinite: `count_if(is_infinite(${double}) AND ${double} < 0)`,
    zeros: `count_if(${double} = 0)`,
    ...(!hasOneZero && { minusZeros: `count_if(to_ieee754_64(${double}) = X'8000000000000000')` }),
  };
}

/** `column` without the rules' changes. */
function remarksOn(column: string, form: Form): Figures {
  if (form.kind !== 'timestamp' || !form.isReduced) return {};
  return {
    digitsBelow: `count_if(CAST(${timestampOf(column, form)} AS timestamp(12)) <> ${timestampOf(column, { ...form, precision: 12 })})`,
  };
}
