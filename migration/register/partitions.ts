import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier, literal, qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { blocked, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { ListedPartition, ListPartitions } from './listed-partition.js';
import type { PartitionCounts } from './outcome.js';
import { partitionsFailed } from './partition-batches.js';
import type { BatchOptions } from './partition-batches.js';
import { registerList } from './partition-list.js';
import { unregisterPartition } from './partition-calls.js';
import type { PartitionedTable } from './partition-calls.js';
import { keyOfListed, valuesOfKey, valuesOfName } from './partition-values.js';
import type { PartitionKey } from './partition-values.js';
import { reconcile } from './reconcile-partitions.js';
import { sideBySide } from './side-by-side.js';
import type { RelationName } from './statement.js';

export interface PartitionOptions extends BatchOptions {
  readonly list: ListPartitions;
  /** Whether partitions stay that the source does not list. */
  readonly keepsUnlisted: boolean;
}

/**
 * Gives a table the partitions that the source lists: Athena reads those and no others, whatever folders there are. Of a
 * table that an earlier run completed, what was added at the target since then stays.
 */
export async function ensurePartitions(
  work: EntryWork,
  name: RelationName,
  options: PartitionOptions,
): Promise<Result<PartitionCounts, EntryFailure>> {
  const { entry } = work;
  const list: List = () => options.list({ database: entry.source?.database ?? '', table: entry.source?.table ?? '' });
  await work.step('partitions', 0, entry.expected.partitions);
  const table = await partitionedTable(work, name);
  if (!table.ok) return table;
  const first = { registered: 0, moved: 0 };
  const byFile = entry.partitionsBy === 'partition-file';
  if (byFile && !work.wasDone) {
    const registered = await registerList(work, table.value, list, { ...options, expected: entry.expected.partitions });
    if (!registered.ok) return registered;
    Object.assign(first, registered.value);
  }
  const known = work.progress.partitions?.hash;
  let reconciled = await reconcile(work, table.value, list, options);
  if (!reconciled.ok) return reconciled;
  const { lines, hash } = reconciled.value;
  const expected = entry.expected.partitions;
  if (expected !== null && lines !== expected)
    return blocked(
      work.key,
      'registration-partition-count',
      `The partition file lists ${lines} partitions of ${entry.source?.database ?? ''}.${entry.source?.table ?? ''}; the manifest expects ${expected}.`,
      'Use the partition file of the assessment that the manifest was made from, or write the manifest again with `aws2openstack synth`.',
    );
  if (byFile && work.wasDone && known !== hash) {
    // The list changed since, and so may have the locations of partitions that are registered.
    await work.saveProgress({ partitions: null });
    const registered = await registerList(work, table.value, list, { ...options, expected });
    if (!registered.ok) return registered;
    reconciled = ok({ ...reconciled.value, ...sum(reconciled.value, registered.value) });
  }
  if (known !== hash) await work.saveProgress({ partitions: { lines, hash } });
  const counts = sum(first, reconciled.value);
  return await settleSurplus(work, table.value, { counts, surplus: reconciled.value.surplus }, { ...options, list });
}

type List = () => AsyncIterable<ListedPartition>;
type Added = Pick<PartitionCounts, 'registered' | 'moved'>;

function sum(a: Added, b: Added): Added {
  return { registered: a.registered + b.registered, moved: a.moved + b.moved };
}

async function partitionedTable(work: EntryWork, name: RelationName): Promise<Result<PartitionedTable, EntryFailure>> {
  const [catalog, schema, table] = name;
  const sql = `SELECT * FROM ${qualifiedName(catalog, schema, `${table}$partitions`)} LIMIT 0`;
  const answer = await work.ask(sql);
  if (!answer.ok) return fail(statementFailure(work.key, sql, answer.error));
  const { columns } = answer.value;
  return ok({ name, keys: columns.map((column) => column.name), types: columns.map(({ type }) => type) });
}

async function settleSurplus(
  work: EntryWork,
  table: PartitionedTable,
  { counts, surplus }: { readonly counts: Added; readonly surplus: readonly PartitionKey[] },
  { keepsUnlisted, atOnce, list }: Pick<PartitionOptions, 'keepsUnlisted' | 'atOnce'> & { readonly list: List },
): Promise<Result<PartitionCounts, EntryFailure>> {
  const total = { ...counts, removed: 0, unlisted: surplus.length };
  if (surplus.length === 0 || keepsUnlisted) return ok(total);
  if (work.wasDone) {
    work.warnings.push(unlisted(work.key, table, surplus, 'was added after the table was registered'));
    return ok(total);
  }
  const listed = await listedAs(surplus, table, list);
  const { done, failures } = await sideBySide(surplus, atOnce, (key) => remove(work, table, key, listed));
  if (failures.length > 0) return fail(partitionsFailed(work.key, failures, surplus.length));
  const left = done.filter(([, isRemoved]) => !isRemoved).map(([key]) => key);
  if (left.length > 0)
    work.warnings.push(unlisted(work.key, table, left, 'has no rows, by which its folder could be found'));
  return ok({ ...total, removed: surplus.length - left.length, unlisted: left.length });
}

/** The values of listed partitions that Trino does not tell from those of the surplus, such as `1` from `01`. */
async function listedAs(
  surplus: readonly PartitionKey[],
  { types }: PartitionedTable,
  list: List,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (types.every((type) => type.startsWith('varchar'))) return found;
  const keys = new Set(surplus.map((key) => JSON.stringify(key)));
  for await (const { values } of list()) {
    if (keys.has(JSON.stringify(keyOfListed(values, types)))) found.add(JSON.stringify(values));
  }
  return found;
}

/** Of numbers, the text in the metastore may be another one (`01`): the names of partitions with rows tell it. */
async function remove(
  work: EntryWork,
  table: PartitionedTable,
  key: PartitionKey,
  listed: ReadonlySet<string>,
): Promise<Result<boolean, EntryFailure>> {
  const unregister = async (values: readonly string[]): Promise<Result<boolean, EntryFailure>> =>
    listed.has(JSON.stringify(values)) ? ok(false) : await unregisterPartition(work, table, values);
  const removed = await unregister(valuesOfKey(key));
  if (!removed.ok || removed.value) return removed;
  const conditions = table.keys.map((name, at) => {
    const value = key[at] ?? null;
    const type = table.types[at] ?? 'varchar';
    return value === null ? `${identifier(name)} IS NULL` : `${identifier(name)} = CAST(${literal(value)} AS ${type})`;
  });
  const names = await work.query(
    `SELECT DISTINCT "$partition" FROM ${qualifiedName(...table.name)} WHERE ${conditions.join(' AND ')}`,
  );
  if (!names.ok) return names;
  for (const [name] of names.value) {
    const other = await unregister(valuesOfName(String(name)));
    // One: each partition of the surplus has a turn.
    if (!other.ok || other.value) return other;
  }
  return ok(false);
}

function unlisted(key: string, table: PartitionedTable, keys: readonly PartitionKey[], which: string) {
  const [first = []] = keys;
  const example = table.keys.map((name, at) => `${name}=${first[at] ?? 'NULL'}`).join('/');
  return diagnostic({
    code: 'registration-partition-unlisted',
    severity: 'warning',
    path: key,
    message: `${table.name.map(identifier).join('.')} has ${keys.length} ${keys.length === 1 ? 'partition' : 'partitions'} that the source does not list, such as ${example}: it ${which}.`,
    fix: `Remove it if it does not belong there: CALL ${identifier(table.name[0])}.system.unregister_partition(…); its files stay.`,
  });
}
