import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { integer } from '../checks/hash-answer.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { Side } from '../values/form.js';
import type { Rows, SideQuestions } from './ask-sides.js';
import type { TablePair } from './table-pair.js';

/** The snapshot that each side is read at; none for a table that has none yet. */
export type Snapshots = Readonly<Partial<Record<Side, string>>>;

export interface PinnedSnapshots {
  readonly snapshots: Snapshots;
  /** That the sides have no snapshot in common. */
  readonly findings: readonly Diagnostic[];
  /** That the source's current snapshot is another than the one that was moved, and compared; `null` where it is not. */
  readonly behind: Diagnostic | null;
}

/**
 * The current snapshot of the target, on both sides, if the source has it; else the current one of each side. So an Iceberg
 * table that goes on at the source is compared as it was when it was copied, and it is told that it went on.
 */
export async function pinnedSnapshots(pair: TablePair, questions: SideQuestions): Promise<Result<PinnedSnapshots>> {
  if (pair.isIceberg !== true) return ok({ snapshots: {}, findings: [], behind: null });
  const answers = await questions.both('snapshots', (side) => snapshotsQuery(pair, side));
  if (!answers.ok) return answers;
  const [source, target] = [readSnapshots(answers.value.source), readSnapshots(answers.value.target)];
  if (target.current !== undefined && source.known.has(target.current))
    return ok({
      snapshots: { source: target.current, target: target.current },
      findings: [],
      behind: source.current === target.current ? null : wentOn(pair, source.current, target.current),
    });
  const snapshots = {
    ...(source.current !== undefined && { source: source.current }),
    ...(target.current !== undefined && { target: target.current }),
  };
  const hasNone = source.current === undefined && target.current === undefined;
  return ok({ snapshots, findings: hasNone ? [] : [notShared(pair, source, target)], behind: null });
}

function wentOn({ key }: TablePair, current: string | undefined, moved: string): Diagnostic {
  const now = current === undefined ? 'has no current snapshot' : `is at the snapshot ${current}`;
  return diagnostic({
    code: 'validation-source-went-on',
    severity: 'warning',
    path: key,
    message: `The source ${now} now; the snapshot ${moved} was moved and compared.`,
    fix: 'Validate with --resync, which moves the newest snapshot; or sign for what stays behind in the file of --exceptions.',
  });
}

/** Nothing is wrong with the comparison itself; but what the source wrote since the copy counts as a difference. */
function notShared({ key }: TablePair, source: KnownSnapshots, target: KnownSnapshots): Diagnostic {
  const own =
    target.current === undefined
      ? 'The target has no snapshot'
      : `The source lacks the snapshot ${target.current} of the target`;
  const newer =
    source.current !== undefined && target.known.has(source.current)
      ? 'the target was written to since it was copied'
      : 'the snapshot may have expired at the source, or the target was not created from it';
  return diagnostic({
    code: 'validation-snapshot-not-shared',
    severity: 'warning',
    path: key,
    message: `${own} (${newer}): each side was read as it is now.`,
    fix: 'Copy the table again, or stop its writers at the source and validate again.',
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
