import { onStopSignals } from '../../core/stop-signals.js';
import { catalogName } from '../../core/catalog-name.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { movedObjects, resyncTable, tableInItsPlace } from '../../migration/resync/index.js';
import type { DifferingFiles, Resync } from '../../migration/resync/index.js';
import { tableQueue } from '../../migration/run/index.js';
import type { RunPorts } from '../../migration/run/index.js';
import { openQueue } from '../../state/index.js';
import type { State, ValidatedTable } from '../../state/index.js';
import { printDiagnostics } from '../io.js';
import type { CliIo } from '../io.js';

/** A table whose objects were looked at, and what its job copies again. */
export interface FoundTable {
  readonly name: string;
  readonly jobId: string;
  readonly resync: Resync;
  /** Tables to validate again: this one, or others that have its location. */
  readonly readBy: string[];
}

/** Looks for the objects because of which these tables differ, and hands the jobs that copied them to workers. */
export async function mendTables(
  state: State,
  tables: readonly ValidatedTable[],
  { lister, catalog, engines, trino }: RunPorts,
  io: CliIo,
): Promise<Result<readonly FoundTable[]>> {
  const stream = engines.get('stream');
  const holds = stream?.holds?.bind(stream);
  if (holds === undefined) throw new Error('Bug: the engine stream cannot read what it has copied.');
  const boss = await openQueue(state, {
    queues: [tableQueue],
    supervise: false,
    onProblem: ({ message }) => io.stderr.write(`${message}\n`),
  });
  const stop = onStopSignals();
  const found = new Map<string, FoundTable>();
  const mend = async (job: Pick<FoundTable, 'name' | 'jobId'>, table: ValidatedTable): Promise<Result<void>> => {
    const known = found.get(job.jobId);
    known?.readBy.push(nameOfTable(table));
    if (known !== undefined) return ok(undefined);
    const wanted = { jobId: job.jobId, files: filesOf(table) };
    const resync = await resyncTable(state, boss, wanted, { lister, catalog, holds, trino }, stop.signal);
    if (!resync.ok) return resync;
    found.set(job.jobId, { ...job, resync: resync.value, readBy: [nameOfTable(table)] });
    return ok(undefined);
  };
  try {
    for (const table of tables) {
      const name = nameOfTable(table);
      io.stderr.write(`${name}: looking for the objects that differ\n`);
      const own = await mend({ name, jobId: table.jobId }, table);
      const other = own.ok || !isOfOther(own.error) ? undefined : await copiedWith(state, table.jobId);
      if (other !== undefined) printDiagnostics(io, [mendedByOther(name, other.name)]);
      const mended = other === undefined ? own : await mend(other, table);
      if (!mended.ok)
        printDiagnostics(
          io,
          mended.error.map((problem) => ({ ...problem, path: name })),
        );
    }
    return ok([...found.values()]);
  } catch (error) {
    if (stop.signal.aborted) return fail([interrupted()]);
    throw error;
  } finally {
    stop.forget();
    await boss.stop({ graceful: false });
  }
}

function isOfOther(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === 'resync-without-objects');
}

/** The table whose job has copied the objects of this one. */
async function copiedWith(state: State, jobId: string): Promise<Pick<FoundTable, 'name' | 'jobId'> | undefined> {
  const moved = await movedObjects(state, jobId);
  const other = moved === undefined ? undefined : await tableInItsPlace(state, moved);
  return other && { name: other.owner.replace(/^table:/, ''), jobId: other.jobId };
}

/** Those of the checksum that failed; `null` where it could not tell, none where nothing failed. */
function filesOf({ results }: ValidatedTable): DifferingFiles | null {
  if (results.every(({ status }) => status !== 'failed')) return { source: [], target: [] };
  const checksum = results.find(({ validation_type }) => validation_type === 'checksum');
  return ((checksum?.details ?? {}) as { readonly files?: DifferingFiles }).files ?? null;
}

export function nameOfTable({ database, table }: Pick<ValidatedTable, 'database' | 'table'>): string {
  return catalogName(database, table);
}

function mendedByOther(name: string, other: string) {
  return diagnostic({
    code: 'resync-other-table',
    severity: 'warning',
    path: name,
    message: `The table has the location of ${other}, whose job copies the objects of both again; earlier results of ${other} then no longer count.`,
    fix: `Validate both: aws2openstack validate table ${other} ${name}`,
  });
}

function interrupted() {
  return diagnostic({
    code: 'resync-interrupted',
    message:
      'The search for differing objects was interrupted; tables that were already handed to workers are still copied again.',
    fix: 'Run the same command again.',
  });
}
