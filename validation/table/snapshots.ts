import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { integer } from '../checks/hash-answer.js';
import { qualifiedName } from '../../registration/sql.js';
import type { Side } from '../values/form.js';
import type { Rows, SideQuestions } from './ask-sides.js';
import type { TablePair } from './table-pair.js';

/** The snapshot that each side is read at; none for a table that has none yet. */
export type Snapshots = Readonly<Partial<Record<Side, string>>>;

/**
 * The current snapshot of the target, on both sides, if the source has it; else the current one of each side. So an Iceberg
 * table that goes on at the source is compared as it was when it was copied.
 */
export async function pinnedSnapshots(pair: TablePair, questions: SideQuestions): Promise<Result<Snapshots>> {
  if (pair.isIceberg !== true) return ok({});
  const answers = await questions.both('snapshots', (side) => snapshotsQuery(pair, side));
  if (!answers.ok) return answers;
  const [source, target] = [readSnapshots(answers.value.source), readSnapshots(answers.value.target)];
  if (target.current !== undefined && source.known.has(target.current))
    return ok({ source: target.current, target: target.current });
  return ok({
    ...(source.current !== undefined && { source: source.current }),
    ...(target.current !== undefined && { target: target.current }),
  });
}

interface KnownSnapshots {
  readonly known: ReadonlySet<string>;
  readonly current: string | undefined;
}

function readSnapshots(rows: Rows): KnownSnapshots {
  const ids = rows.map(([id]) => String(integer(id)));
  return { known: new Set(ids), current: ids.find((_, index) => rows[index]?.[1] === true) };
}

/** Every snapshot, and whether it is the current one. */
function snapshotsQuery(pair: TablePair, side: Side): string {
  const { catalog, schema, table } = pair[side];
  const [snapshots, refs] = [`${table}$snapshots`, `${table}$refs`].map((name) => qualifiedName(catalog, schema, name));
  return (
    `SELECT s.snapshot_id, coalesce(r.snapshot_id = s.snapshot_id, false) FROM ${snapshots ?? ''} s ` +
    `LEFT JOIN ${refs ?? ''} r ON r.name = 'main' AND r.snapshot_id = s.snapshot_id`
  );
}
