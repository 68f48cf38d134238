import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { endEarlierStatement, marked } from './earlier-statement.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { LoadProgress } from './ledger.js';
import { loadBatches } from './load-batches.js';
import { snapshotsOf } from './load-snapshots.js';
import type { Snapshot } from './load-snapshots.js';
import { countByPartition } from './partition-rows.js';
import { loadAnew, requireSameRows } from './same-rows.js';
import { relationsNamedIn } from './statement.js';

/**
 * Fills an empty Iceberg table, once, from the table that its files are staged in: batches of partitions, one INSERT each.
 * An INSERT into Iceberg is one commit, so the table's snapshots tell after a crash whether it took place: the snapshot
 * before is stored, then the statement runs. A statement that an earlier attempt left running is ended first. At the end
 * both tables must have the same rows in each partition. Returns the rows that were loaded. Source: Trino documentation,
 * Iceberg connector, 'Metadata tables'.
 */
export async function ensureLoaded(work: EntryWork): Promise<Result<number, EntryFailure>> {
  const before = work.progress.load;
  if (before?.state === 'loaded') return ok(before.rows);
  await work.step('load', before?.index ?? 0, before?.total ?? null);
  const ended = await endEarlierStatement(work);
  if (!ended.ok) return ended;
  const [load = ''] = work.entry.load;
  const [, from = ''] = relationsNamedIn(load);
  const staged = await countByPartition(work, from, work.entry.partitionedTable?.keys ?? []);
  if (!staged.ok) return staged;
  const { statements, hash } = loadBatches(load, staged.value);
  const begun =
    before === null ? await begin(work, { total: statements.length, hash }) : await goOn(work, before, hash);
  if (!begun.ok) return begun;
  let progress = begun.value;
  for (const statement of statements.slice(progress.index)) {
    const loaded = await runLoad(work, progress, statement);
    if (!loaded.ok) return loaded;
    progress = loaded.value;
  }
  const proved = await requireSameRows(work, from, staged.value);
  if (!proved.ok) return proved;
  await work.saveProgress({ load: { ...progress, state: 'loaded', snapshotBefore: null } });
  return ok(progress.rows);
}

async function begin(
  work: EntryWork,
  { total, hash }: Pick<LoadProgress, 'total' | 'hash'>,
): Promise<Result<LoadProgress, EntryFailure>> {
  const empty = await requireEmpty(work);
  return empty.ok ? ok({ state: 'loading', index: 0, total, hash, snapshotBefore: null, rows: 0 }) : empty;
}

async function goOn(
  work: EntryWork,
  progress: LoadProgress,
  hash: string,
): Promise<Result<LoadProgress, EntryFailure>> {
  if (progress.hash !== hash)
    return blocked(
      work.key,
      'registration-load-changed',
      `The partitions that ${work.targetName} is loaded from differ from those at the start of the load, after ${progress.index} of ${progress.total} batches.`,
      loadAnew(work),
    );
  const committed = await committedAfter(work, progress);
  if (!committed.ok) return committed;
  return ok(committed.value === undefined ? progress : await advance(work, progress, committed.value));
}

async function runLoad(
  work: EntryWork,
  { index, total, hash, rows }: LoadProgress,
  statement: string,
): Promise<Result<LoadProgress, EntryFailure>> {
  const before = await snapshotsOf(work);
  if (!before.ok) return before;
  const snapshotBefore = before.value[0]?.id ?? null;
  const progress: LoadProgress = { state: 'loading', index, total, hash, snapshotBefore, rows };
  await work.saveProgress({ load: progress });
  await work.step('load', index, total);
  const sql = marked(work, statement);
  const inserted = await work.ask(sql);
  // Also where the answer was lost: the snapshots decide.
  const committed = await committedAfter(work, progress);
  if (!committed.ok) return committed;
  if (committed.value === undefined && !inserted.ok) return fail(statementFailure(work.key, sql, inserted.error));
  work.hasEffect = true;
  return ok(await advance(work, progress, committed.value));
}

/** To the next statement. One that selects no rows commits nothing. */
async function advance(work: EntryWork, progress: LoadProgress, commit: Snapshot | undefined): Promise<LoadProgress> {
  const after: LoadProgress = {
    ...progress,
    index: progress.index + 1,
    snapshotBefore: commit?.id ?? progress.snapshotBefore,
    rows: progress.rows + (commit?.rows ?? 0),
  };
  await work.saveProgress({ load: after });
  return after;
}

/** The commit of the statement that followed; `undefined` without one. */
async function committedAfter(
  work: EntryWork,
  { snapshotBefore }: LoadProgress,
): Promise<Result<Snapshot | undefined, EntryFailure>> {
  const snapshots = await snapshotsOf(work);
  if (!snapshots.ok) return snapshots;
  const at = snapshots.value.findIndex(({ id }) => id === snapshotBefore);
  const later = at === -1 ? snapshots.value : snapshots.value.slice(0, at);
  const [commit, ...more] = later;
  if (commit === undefined || (more.length === 0 && commit.parent === snapshotBefore)) return ok(commit);
  return blocked(
    work.key,
    'registration-load-unclear',
    `${work.targetName} was changed by another writer while it was being loaded: it has ${later.length} snapshots since ${snapshotBefore ?? 'it was created'}, but the load makes only one.`,
    loadAnew(work),
  );
}

async function requireEmpty(work: EntryWork): Promise<Result<void, EntryFailure>> {
  const name = work.targetName;
  const counted = await work.query(`SELECT count(*) FROM ${name}`);
  if (!counted.ok) return counted;
  const rows = String(counted.value[0]?.[0]);
  if (rows === '0') return ok(undefined);
  return blocked(
    work.key,
    'registration-target-not-empty',
    `${name} already holds ${rows} rows that this registration did not load.`,
    `Empty it (DELETE FROM ${name}) or drop it (DROP TABLE ${name}), then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
  );
}
