import { columnsHash, columnText, columnValue, fromClause } from '../sql/scan.js';
import type { ComparedColumn, Scan } from '../sql/scan.js';
import { statisticsOfColumns } from '../sql/statistics.js';
import { lessWithin, shiftedValue } from './changed-value.js';
import type { Mutation } from './mutations.js';

/** Rows among which those that are mutated are looked for, and rows that are repeated for each mutation. */
const readRows = 20_000;
const repeatedRows = 500;

/** A column, by its place among those that are mutated. */
interface Place {
  /** The column that is read and compared, under its own name. */
  readonly column: ComparedColumn;
  readonly value: string;
  /** Names of the value before the mutation, in the two rows that exchange theirs, and of the row's hash that is changed. */
  readonly old: string;
  readonly one: string;
  readonly other: string;
  readonly victim: string;
}

/**
 * Some rows of the table as they are and once for each mutation, in one scan that ends early: the mutation's number, how
 * many rows it changed, and how many of those show it in their exact texts; the rows, their checksum and the statistics of
 * each column. Whatever hashes, counts and renders here does so in a validation.
 *
 * The row that is dropped, doubled or exchanges values has the most values. Any other mutation changes a row that has a
 * value in its column. Values are exchanged with the row that differs in the most columns: one that differs in a single
 * column would be the same two rows again.
 */
export function powerQuery(scan: Scan, columns: readonly ComparedColumn[], mutations: readonly Mutation[]): string {
  const { side } = scan;
  const places = columns.map(placeOf);
  const list = (sql: (place: Place) => string): string => places.map(sql).join(', ');
  const sum = (flag: (place: Place) => string): string => places.map((each) => `IF(${flag(each)}, 1, 0)`).join(' + ');
  const any = (flag: (place: Place) => string): string => places.map(flag).join(' OR ');
  const renamed = places.map(({ column }) => column);

  const read = columns.map((column, index) => `${columnValue(column, side)} AS ${places[index]?.value ?? ''}`);
  const hashed =
    `SELECT *, from_big_endian_64(${columnsHash(renamed, side)}) AS "$h", ${sum(({ value }) => `${value} IS NOT NULL`)} AS "$full" ` +
    `FROM (SELECT ${read.join(', ')} ${fromClause(scan)} LIMIT ${readRows})`;
  const numbered = `SELECT *, row_number() OVER (PARTITION BY "$h") AS "$copy", row_number() OVER () AS "$row" FROM (${hashed})`;
  const fullest = 'ROW("$full", "$h")';
  const withOne =
    `SELECT *, max_by("$h", ${fullest}) OVER () AS "$one", ${list(({ value, one }) => `max_by(${value}, ${fullest}) OVER () AS ${one}`)}, ` +
    `${list(({ value, victim }) => `min(IF(${value} IS NULL, NULL, "$h")) OVER () AS ${victim}`)} FROM (${numbered})`;
  const compared = `SELECT *, ${sum(({ value, one }) => `${value} IS DISTINCT FROM ${one}`)} AS "$far" FROM (${withOne})`;
  const farthest = 'ROW("$far", "$h")';
  const withOther =
    `SELECT *, max_by("$h", ${farthest}) OVER () AS "$other", max("$far") OVER () AS "$distance", ` +
    `${list(({ value, other }) => `max_by(${value}, ${farthest}) OVER () AS ${other}`)} FROM (${compared})`;
  const kept = `"$row" <= ${repeatedRows} OR "$h" IN ("$one", "$other", ${list(({ victim }) => victim)})`;
  const marked = `SELECT *, "$copy" = 1 AND "$h" = "$one" AS "$is_victim" FROM (${withOther}) WHERE ${kept}`;

  const mutated =
    `SELECT "$m", "$distance", ${list(({ value, old }) => `${value} AS ${old}`)}, ` +
    `${places.map((place, index) => `${mutatedValue(place, columns[index], mutations)} AS ${place.value}`).join(', ')} ` +
    `FROM (${marked}) CROSS JOIN UNNEST(sequence(0, ${mutations.length})) AS u ("$m") ` +
    `CROSS JOIN UNNEST(${copiesOf(mutations)}) AS d ("$double")`;
  const exchanges = mutations.filter(({ kind }) => kind === 're-pair').map(({ number }) => number);
  const isReal = exchanges.length === 0 ? '' : ` AND ("$distance" > 1 OR "$m" NOT IN (${exchanges.join(', ')}))`;
  const flagged = `SELECT *, (${any(({ value, old }) => `${value} IS DISTINCT FROM ${old}`)})${isReal} AS "$is_changed" FROM (${mutated})`;
  // The texts of rows that did not change are not made: it is the costliest part.
  const differs = ({ column, old }: Place): string => {
    const before = { ...column, name: { source: unquoted(old), target: unquoted(old) } };
    return `${columnText(column, side)} IS DISTINCT FROM ${columnText(before, side)}`;
  };
  const rehashed =
    `SELECT "$m", "$is_changed", ${list(({ value }) => value)}, from_big_endian_64(${columnsHash(renamed, side)}) AS "$hash", ` +
    `${places.map((place, index) => `IF("$is_changed", ${differs(place)}, false) AS "$text${index + 1}"`).join(', ')} FROM (${flagged})`;
  const figures = statisticsOfColumns({ side, columns: renamed }).map(({ sql }, index) => `${sql} AS s${index + 1}`);
  const shown = places.map((_, index) => `"$text${index + 1}"`).join(' OR ');
  const selected = [
    '"$m"',
    'count_if("$is_changed")',
    `count_if(${shown})`,
    'count(*)',
    'to_hex(checksum("$hash"))',
    ...figures,
  ];
  return `SELECT ${selected.join(', ')} FROM (${rehashed}) GROUP BY "$m" ORDER BY "$m"`;
}

function placeOf({ form }: ComparedColumn, index: number): Place {
  const name = `$c${index + 1}`;
  return {
    column: { name: { source: name, target: name }, form },
    value: `"${name}"`,
    old: `"$old${index + 1}"`,
    one: `"$one${index + 1}"`,
    other: `"$other${index + 1}"`,
    victim: `"$victim${index + 1}"`,
  };
}

function unquoted(name: string): string {
  return name.slice(1, -1);
}

/** The value of a column in the mutation `$m`. */
function mutatedValue(
  { value, one, other, victim, column: { form } }: Place,
  column: ComparedColumn | undefined,
  mutations: readonly Mutation[],
): string {
  const cases = mutations
    .filter((mutation) => mutation.column !== null && mutation.column === column?.name.source)
    .map(({ number, kind }) =>
      kind === 're-pair'
        ? `WHEN "$m" = ${number} AND "$is_victim" THEN ${other} WHEN "$m" = ${number} AND "$copy" = 1 AND "$h" = "$other" THEN ${one}`
        : `WHEN "$m" = ${number} AND "$copy" = 1 AND "$h" = ${victim} THEN ${changed(kind, value, form)}`,
    );
  return cases.length === 0 ? value : `CASE ${cases.join(' ')} ELSE ${value} END`;
}

function changed(kind: Mutation['kind'], value: string, form: ComparedColumn['form']): string {
  switch (kind) {
    case 'truncate':
      return `substr(${value}, 1, length(${value}) - 1)`;
    case 'shift':
      return shiftedValue(value, form) ?? 'NULL';
    case 'lose-inner':
      return form.kind === 'array' || form.kind === 'map' || form.kind === 'row' ? lessWithin(value, form) : 'NULL';
    case 'reorder':
      return `reverse(${value})`;
    case 'null':
    case 'move':
    case 're-pair':
    case 'drop':
    case 'double':
    case 'add':
      return 'NULL';
  }
}

/** No copy of the row that is dropped, two of the one that is doubled. */
function copiesOf(mutations: readonly Mutation[]): string {
  const number = (kind: Mutation['kind']): number => mutations.find((each) => each.kind === kind)?.number ?? -1;
  return (
    `IF("$is_victim" AND "$m" = ${number('drop')}, CAST(ARRAY[] AS array(integer)), ` +
    `IF("$is_victim" AND "$m" = ${number('double')}, ARRAY[1, 1], ARRAY[1]))`
  );
}

/**
 * A table without rows as if it had one, of NULLs: how many rows it has, then those with the one that was added, their
 * checksum and the statistics of each column. It also counts the rows a second time.
 */
export function addedRowQuery(scan: Scan, columns: readonly ComparedColumn[]): string {
  const { side } = scan;
  const places = columns.map(placeOf);
  const renamed = places.map(({ column }) => column);
  const read = columns.map((column, index) => `${columnValue(column, side)} AS ${places[index]?.value ?? ''}`);
  const figures = statisticsOfColumns({ side, columns: renamed }).map(({ sql }, index) => `${sql} AS s${index + 1}`);
  const hash = `to_hex(checksum(from_big_endian_64(${columnsHash(renamed, side)})))`;
  return (
    `SELECT count("$is_row"), count(*), ${[hash, ...figures].join(', ')} FROM (VALUES 1) AS one ("$is_victim") ` +
    `LEFT JOIN (SELECT true AS "$is_row", ${read.join(', ')} ${fromClause(scan)}) ON true`
  );
}
