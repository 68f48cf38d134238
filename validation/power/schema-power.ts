import { setImmediate } from 'node:timers/promises';
import { compareSchemas } from '../checks/schema.js';
import type { SchemaDifference, SchemaExpectation } from '../checks/schema.js';
import type { CheckResult } from '../checks/check-result.js';
import type { DescribedColumn } from '../sql/columns-query.js';
import { isSameType } from '../values/expected-type.js';
import { parseTrinoType, typeText } from '../values/trino-type.js';
import type { TrinoType } from '../values/trino-type.js';
import type { ProvenCheck } from './prove-power.js';

/**
 * Whether the schema check sees each column of the target dropped, renamed, of another type, with another field within,
 * with or without NOT NULL, and exchanged with the next one; a column more; and, in Hive, another partition key. Of a
 * thousand columns that takes many seconds, in which it lets other work go on, such as the heartbeat of the worker.
 */
export async function schemaPower(
  source: readonly DescribedColumn[],
  target: readonly DescribedColumn[],
  expectation: SchemaExpectation,
): Promise<ProvenCheck> {
  const plain = differencesIn(compareSchemas(source, target, expectation));
  let [tried, caught] = [0, 0];
  for (const columns of mutationsOf(target, expectation)) {
    if (differencesIn(compareSchemas(source, columns, expectation)) !== plain) caught += 1;
    tried += 1;
    if (tried % mutationsAtOnce === 0) await setImmediate();
  }
  return { check: 'schema', tried, caught };
}

const mutationsAtOnce = 20;

/** The differences that the check found, as text; mild ones included. */
function differencesIn({ details, difference }: CheckResult): string {
  return JSON.stringify([difference, (details as { readonly differences?: readonly SchemaDifference[] }).differences]);
}

type Columns = readonly DescribedColumn[];

function* mutationsOf(columns: Columns, { target, partitionColumns }: SchemaExpectation): Generator<Columns> {
  const hasKeys = target === 'hive' && partitionColumns === undefined;
  const extra = { name: 'a2o_extra', type: 'date', isNullable: true, comment: null, isPartitionKey: false };
  for (const [index, column] of columns.entries()) {
    const { name, type, isNullable, isPartitionKey } = column;
    const changed = (change: Partial<DescribedColumn>): Columns => columns.with(index, { ...column, ...change });
    const next = columns[index + 1];
    const inner = changedWithin(type);
    yield columns.toSpliced(index, 1);
    yield changed({ name: `${name}_2` });
    yield changed({ type: type === 'varbinary' ? 'date' : 'varbinary' });
    yield changed({ isNullable: !isNullable });
    if (inner !== undefined) yield changed({ type: inner });
    if (next !== undefined) yield columns.with(index, next).with(index + 1, column);
    if (hasKeys) yield changed({ isPartitionKey: !isPartitionKey });
  }
  yield [...columns, extra];
}

/** The type with another field or scale within it; `undefined` where it has none. */
function changedWithin(text: string): string | undefined {
  const type = parseTrinoType(text);
  const changed = type.ok ? otherWithin(type.value) : undefined;
  return !type.ok || changed === undefined || isSameType(type.value, changed) ? undefined : typeText(changed);
}

function otherWithin(type: TrinoType): TrinoType | undefined {
  switch (type.kind) {
    case 'decimal':
      return { ...type, scale: type.scale === 0 ? 1 : type.scale - 1 };
    case 'array': {
      const element = otherWithin(type.element);
      return element && { ...type, element };
    }
    case 'map': {
      const value = otherWithin(type.value);
      return value && { ...type, value };
    }
    case 'row': {
      const [first, ...rest] = type.fields;
      return first && { ...type, fields: [{ ...first, name: `${first.name ?? 'field'}_2` }, ...rest] };
    }
    case 'integer':
    case 'boolean':
    case 'date':
    case 'real':
    case 'double':
    case 'varbinary':
    case 'uuid':
    case 'json':
    case 'varchar':
    case 'char':
    case 'time':
    case 'timestamp':
    case 'other':
      return undefined;
  }
}
