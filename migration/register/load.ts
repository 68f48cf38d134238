import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../../core/canonical-json.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { literal, qualifiedName } from '../../registration/index.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { LoadProgress } from './ledger.js';

interface Snapshot {
  readonly id: string;
  readonly parent: string | null;
  /** Rows that it added. */
  readonly rows: number;
}

/**
 * Fills an empty Iceberg table, once. An INSERT into Iceberg is one commit, so the table's snapshots tell after a crash
 * whether it took place: the snapshot before is stored, then the statement runs. A statement that an earlier attempt left
 * running is ended first. Returns the rows that were loaded. Source: Trino documentation, Iceberg connector, 'Metadata
 * tables'.
 */
export async function ensureLoaded(work: EntryWork): Promise<Result<number, EntryFailure>> {
  const { load } = work.entry;
  let { load: progress } = work.progress;
  if (progress?.state === 'loaded') return ok(progress.rows);
  await work.step('load', progress?.index ?? 0, load.length);
  const ended = await endEarlierLoad(work);
  if (!ended.ok) return ended;
  if (progress === null) {
    const empty = await requireEmpty(work);
    if (!empty.ok) return empty;
  } else {
    const committed = await committedAfter(work, progress);
    if (!committed.ok) return committed;
    if (committed.value !== undefined) progress = await advance(work, progress, committed.value);
  }
  for (let index = progress?.index ?? 0; index < load.length; index += 1) {
    const loaded = await runLoad(work, { index, rows: progress?.rows ?? 0 });
    if (!loaded.ok) return loaded;
    progress = loaded.value;
  }
  const done: LoadProgress = { state: 'loaded', index: load.length, snapshotBefore: null, rows: progress?.rows ?? 0 };
  await work.saveProgress({ load: done });
  return ok(done.rows);
}

async function runLoad(
  work: EntryWork,
  { index, rows }: Pick<LoadProgress, 'index' | 'rows'>,
): Promise<Result<LoadProgress, EntryFailure>> {
  const before = await snapshotsOf(work);
  if (!before.ok) return before;
  const progress: LoadProgress = { state: 'loading', index, snapshotBefore: before.value[0]?.id ?? null, rows };
  await work.saveProgress({ load: progress });
  await work.step('load', index, work.entry.load.length);
  const sql = `${work.entry.load[index] ?? ''}\n${markOf(work)}`;
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
    state: 'loading',
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
    `${nameOf(work)} was changed by something else while it was loaded: it has ${later.length} snapshots since ${snapshotBefore ?? 'it was created'}, where the load makes one.`,
    `Drop it (DROP TABLE ${nameOf(work)}), then \`aws2openstack migrate resume ${jobOf(work.key)}\` creates and loads it anew.`,
  );
}

async function requireEmpty(work: EntryWork): Promise<Result<void, EntryFailure>> {
  const name = nameOf(work);
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

/** The newest first. */
async function snapshotsOf(work: EntryWork): Promise<Result<readonly Snapshot[], EntryFailure>> {
  const [catalog, schema, table] = relationOf(work);
  const rows = await work.query(
    `SELECT CAST(snapshot_id AS varchar), CAST(parent_id AS varchar), element_at(summary, 'added-records')
     FROM ${qualifiedName(catalog, schema, `${table}$snapshots`)} ORDER BY committed_at DESC`,
  );
  if (!rows.ok) return rows;
  return ok(
    rows.value.map(([id, parent, added]) => ({
      id: String(id),
      parent: typeof parent === 'string' ? parent : null,
      rows: Number(added ?? 0),
    })),
  );
}

const pollMs = 200;
const longestWaitMs = 60_000;

/** A client that dies leaves its statement running for minutes (`query.client.timeout`), and it may commit meanwhile. */
async function endEarlierLoad(work: EntryWork): Promise<Result<void, EntryFailure>> {
  const mark = markOf(work);
  // In two parts, so that this statement does not find itself.
  const running = `SELECT query_id FROM system.runtime.queries
    WHERE state NOT IN ('FINISHED', 'FAILED') AND strpos(query, ${literal(mark.slice(0, 6))} || ${literal(mark.slice(6))}) > 0`;
  const deadline = performance.now() + longestWaitMs;
  for (;;) {
    const queries = await work.query(running);
    if (!queries.ok) return queries;
    if (queries.value.length === 0) return ok(undefined);
    for (const [id] of queries.value) {
      const killed = await work.ask(
        `CALL system.runtime.kill_query(query_id => ${literal(String(id))}, message => 'The registration starts over.')`,
      );
      const { errorName } = killed.ok ? {} : (killed.error[0]?.trino ?? {});
      if (errorName === 'PERMISSION_DENIED')
        return blocked(
          work.key,
          'registration-load-running',
          `The query ${String(id)} of an earlier attempt still loads ${nameOf(work)}, and this user may not end it.`,
          `Wait until it ends, or end it as an administrator: CALL system.runtime.kill_query('${String(id)}', '')`,
        );
    }
    if (performance.now() > deadline)
      return blocked(
        work.key,
        'registration-load-running',
        `A query of an earlier attempt still loads ${nameOf(work)} (${queries.value.join(', ')}) after it was asked to end.`,
        `Wait until it ends (SELECT state FROM system.runtime.queries), then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
      );
    await delay(pollMs, undefined, { signal: work.signal });
  }
}

/** In the statement's text, by which system.runtime.queries is searched. */
function markOf(work: EntryWork): string {
  return `/* a2o-load ${sha256(nameOf(work)).slice(0, 32)} */`;
}

function relationOf({ entry: { target } }: EntryWork): readonly [string, string, string] {
  return [target.catalog, target.schema, target.table ?? ''];
}

function nameOf(work: EntryWork): string {
  return qualifiedName(...relationOf(work));
}
