import { identifier, literal } from '../../core/sql-text.js';
import { readValue, textOf } from '../values/hash-part.js';
import type { Side } from '../values/form.js';
import type { ComparedColumn } from './scan.js';

/** One text, as `textOf` makes it, for each partition column; `null` for NULL. */
export type PartitionValues = readonly (string | null)[];

/** A condition that holds for the rows of these partitions only. Types are kept where the engine prunes by them. */
export function partitionsFilter(
  columns: readonly ComparedColumn[],
  partitions: readonly PartitionValues[],
  side: Side,
): string {
  if (partitions.length === 0) return 'false';
  return partitions
    .map((values) => `(${columns.map((column, index) => valueIs(column, values[index] ?? null, side)).join(' AND ')})`)
    .join(' OR ');
}

function valueIs({ name, form }: ComparedColumn, value: string | null, side: Side): string {
  const column = identifier(name[side]);
  if (value === null) return `${readValue(column, form)} IS NULL`;
  if (form.kind === 'boolean') return `${column} = ${value === 'true'}`;
  if (form.kind === 'integer') return `${column} = ${BigInt(value)}`;
  if (form.kind === 'date') return `${column} = CAST(${literal(value)} AS date)`;
  if (form.kind === 'decimal') return `${column} = CAST(${literal(value)} AS decimal(${form.precision},${form.scale}))`;
  const isPlain = form.kind === 'text' && !form.isTrimmed && !form.emptyIsNull;
  return `${isPlain ? column : textOf(readValue(column, form), form, side)} = ${literal(value)}`;
}
