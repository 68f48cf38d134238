import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../../core/canonical-json.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { literal } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { blocked, jobOf } from './failure.js';
import type { EntryFailure } from './failure.js';

const pollMs = 200;
const longestWaitMs = 60_000;

/** A statement with the mark by which `endEarlierStatement` finds it. */
export function marked(work: EntryWork, sql: string): string {
  return `${sql}\n${markOf(work)}`;
}

/**
 * Ends the marked statement that an earlier attempt left running: a client that dies leaves its statement running for
 * minutes (`query.client.timeout`), and it may commit meanwhile.
 */
export async function endEarlierStatement(work: EntryWork): Promise<Result<void, EntryFailure>> {
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
          `The query ${String(id)} of an earlier attempt is still working on ${work.targetName}, and this user may not cancel it.`,
          `Wait until it ends, or cancel it as an administrator (CALL system.runtime.kill_query('${String(id)}', '')); then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
        );
    }
    if (performance.now() > deadline)
      return blocked(
        work.key,
        'registration-load-running',
        `A query of an earlier attempt is still working on ${work.targetName} (${queries.value.join(', ')}) although it was cancelled.`,
        `Wait until it ends (SELECT state FROM system.runtime.queries), then \`aws2openstack migrate resume ${jobOf(work.key)}\`.`,
      );
    await delay(pollMs, undefined, { signal: work.signal });
  }
}

/** In the statement's text, by which system.runtime.queries is searched. */
function markOf(work: EntryWork): string {
  return `/* a2o-load ${sha256(work.targetName).slice(0, 32)} */`;
}
