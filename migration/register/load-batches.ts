import { sha256 } from '../../core/canonical-json.js';
import { identifier, literal } from '../../core/sql-text.js';
import type { PartitionRows } from './partition-rows.js';
import type { PartitionKey } from './partition-values.js';

/** Partitions that one writer may have open. Source: Trino documentation, `iceberg.max-partitions-per-writer`. */
const partitionsInBatch = 100;
/** Of a batch's condition. Trino takes statements of 1,000,000 characters (`query.max-length`). */
const charactersInBatch = 250_000;

/** The statements that fill a table together, each with its partitions. Equal partitions give equal statements. */
export interface LoadBatches {
  readonly statements: readonly string[];
  /** SHA-256 over the partitions. */
  readonly hash: string;
}

/** `load` is an INSERT … SELECT of the complete table. */
export function loadBatches(load: string, { keys, types, rows }: PartitionRows): LoadBatches {
  const partitions = [...rows.keys()].sort();
  const hash = sha256(partitions.join('\n'));
  if (keys.length === 0) return { statements: [load], hash };
  const statements: string[] = [];
  let [batch, length]: [string[], number] = [[], 0];
  const flush = (): void => {
    if (batch.length > 0) statements.push(`${load}\nWHERE ${batch.join('\n  OR ')}`);
    [batch, length] = [[], 0];
  };
  for (const partition of partitions) {
    const condition = conditionOf(JSON.parse(partition) as PartitionKey, keys, types);
    if (batch.length === partitionsInBatch || length + condition.length > charactersInBatch) flush();
    batch.push(condition);
    length += condition.length;
  }
  flush();
  return { statements, hash };
}

/** Trino reads only the partitions for which it holds. */
function conditionOf(values: PartitionKey, keys: readonly string[], types: readonly string[]): string {
  const each = keys.map((key, at) => {
    const [name, value] = [identifier(key), values[at] ?? null];
    if (value === null) return `${name} IS NULL`;
    // Not equal to itself.
    if (value === 'NaN' && ['double', 'real'].includes(types[at] ?? '')) return `is_nan(${name})`;
    return `${name} = CAST(${literal(value)} AS ${types[at] ?? 'varchar'})`;
  });
  return `(${each.join(' AND ')})`;
}
