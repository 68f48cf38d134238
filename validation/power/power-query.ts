import { columnOf, columnsHash, hashedRows } from '../sql/scan.js';
import type { ComparedColumn, Scan } from '../sql/scan.js';
import { statisticsOfColumns } from '../sql/statistics.js';
import { mutatedValue, otherName } from './mutations.js';
import type { Mutation } from './mutations.js';

export interface Victims {
  /** Hash of the row that is changed, and of the row whose values it gets. */
  readonly victim: bigint;
  readonly other: bigint;
  /** Only rows whose hashes share the last bits with one of the two are repeated for each mutation. A power of 2. */
  readonly buckets: number;
}

/**
 * The table as it is and once for each mutation, from one scan: the mutation's number, how many rows it changed, rows,
 * checksum, and the statistics of each column. Of the columns, only those of `probed` are mutated and hashed again.
 */
export function powerQuery(
  scan: Scan,
  probed: readonly ComparedColumn[],
  mutations: readonly Mutation[],
  { victim, other, buckets }: Victims,
): string {
  const { side } = scan;
  const names = probed.map((column) => columnOf(column, side));
  const mask = BigInt(buckets - 1);
  const slices = [...new Set([victim & mask, other & mask].map(String))];
  const others = names.map(
    (name, index) => `max_by(${name}, IF(row_hash = ${other}, 1, 0)) OVER () AS ${otherName(index)}`,
  );
  const marked =
    `SELECT ${names.join(', ')}, row_hash = ${victim} AS "$is_victim", ${others.join(', ')} ` +
    `FROM ${hashedRows(
      scan,
      names.map((name) => ({ sql: name, name })),
    )} ` +
    `WHERE bitwise_and(row_hash, ${String(mask)}) IN (${slices.join(', ')})`;
  const values = probed.map((column, index) => `${mutatedValue(column, index, mutations, side)} AS ${newName(index)}`);
  const repeated =
    `SELECT "$m", ${names.join(', ')}, ${values.join(', ')} FROM (${marked}) ` +
    `CROSS JOIN UNNEST(sequence(0, ${mutations.length})) AS u ("$m") ` +
    `CROSS JOIN UNNEST(${copiesOf(mutations)}) AS c ("$copy")`;
  const isChanged = names.map((name, index) => `${newName(index)} IS DISTINCT FROM ${name}`).join(' OR ');
  const renamed = names.map((name, index) => `${newName(index)} AS ${name}`);
  const mutated = `SELECT "$m", (${isChanged}) AS "$is_changed", ${renamed.join(', ')} FROM (${repeated})`;
  const rehashed =
    `SELECT "$m", "$is_changed", ${names.join(', ')}, ` +
    `from_big_endian_64(${columnsHash(probed, side)}) AS "$new_hash" FROM (${mutated})`;
  const figures = statisticsOfColumns({ ...scan, columns: probed }).map(({ sql }, index) => `${sql} AS s${index + 1}`);
  const selected = ['"$m"', 'count_if("$is_changed")', 'count(*)', 'to_hex(checksum("$new_hash"))', ...figures];
  return `SELECT ${selected.join(', ')} FROM (${rehashed}) GROUP BY "$m" ORDER BY "$m"`;
}

function newName(index: number): string {
  return `"$new${index + 1}"`;
}

/** No copy of a row that is dropped, two of one that is doubled. */
function copiesOf(mutations: readonly Mutation[]): string {
  const number = (kind: Mutation['kind']): number => mutations.find((each) => each.kind === kind)?.number ?? -1;
  return (
    `IF("$is_victim" AND "$m" = ${number('drop')}, CAST(ARRAY[] AS array(integer)), ` +
    `IF("$is_victim" AND "$m" = ${number('double')}, ARRAY[1, 1], ARRAY[1]))`
  );
}
