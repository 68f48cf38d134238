import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { diagnostic } from '../../core/diagnostic.js';
import { copiedPhase, objectsPart } from '../../migration/copy/job/index.js';
import type { Resync } from '../../migration/resync/index.js';
import { tableJob, tableQueue } from '../../migration/run/index.js';
import type { RunConnections, TableOrder } from '../../migration/run/index.js';
import { findJob, findRun, tableJobs } from '../../state/index.js';
import type { ValidatedTable } from '../../state/index.js';
import type { CliIo } from '../io.js';
import { connector } from '../migrate/connections.js';
import { mendTables, nameOfTable } from './mend-tables.js';
import { validateOnce } from './validate-once.js';
import type { Validation } from './validate-once.js';
import type { ShownValidation } from './view.js';
import { workOn } from './work.js';

export interface ResyncedTable extends Resync {
  /** `database.table`. */
  readonly name: string;
  /** Why its job did not end well. */
  readonly problem: string | null;
}

/** Validates, copies again what differs, and validates that once more. What an earlier call has begun is ended first. */
export async function validateAndResync(validation: Validation, io: CliIo): Promise<Result<ShownValidation>> {
  const { state, order } = validation;
  const connections = (await findRun(state, order.assessmentId))?.connections as RunConnections | undefined;
  if (connections === undefined) return fail([withoutRun()]);
  const sides = connector(io);
  if (!sides.ok) return sides;
  const { url, user } = order.sides.target;
  // The password in the environment is that of this user.
  const asUser = (own: RunConnections): RunConnections => ({ ...own, trino: { ...own.trino, url, user } });
  const open = (own: RunConnections) => sides.value.open(asUser(own));
  try {
    const ports = open(connections);
    if (!ports.ok) return ports;
    const table = tableJob({ state, open });
    const copy = async (jobIds: readonly string[]): Promise<Result<void>> => {
      if (jobIds.length === 0) return ok(undefined);
      const nameOf = (payload: object): string => (payload as TableOrder).entries.at(-1)?.key ?? '';
      const { concurrency } = validation;
      return await workOn(state, { handlers: { [tableQueue]: table }, jobIds, concurrency, nameOf }, io);
    };
    const begun = await copy(await begunJobs(validation));
    if (!begun.ok) return begun;
    const first = await validateOnce(validation, io);
    if (!first.ok) return first;
    const differing = new Set(first.value.tables.filter(mayBeMended).map(nameOfTable));
    const iceberg = new Set(order.tables.filter(({ pair }) => pair.isIceberg === true).map(nameOfTable));
    const looked = first.value.tables.filter(
      (each) => differing.has(nameOfTable(each)) || iceberg.has(nameOfTable(each)),
    );
    const found = await mendTables(state, looked, ports.value, io);
    if (!found.ok) return found;
    const started = found.value.filter(({ resync }) => resync.isStarted);
    const copied = await copy(started.map(({ jobId }) => jobId));
    if (!copied.ok) return copied;
    const resynced: ResyncedTable[] = [];
    for (const { name, jobId, resync } of found.value)
      // An Iceberg table that passed, and has not gone on, needs no word.
      if (resync.isStarted || differing.has(name))
        resynced.push({ name, ...resync, problem: resync.isStarted ? await problemOf(validation, jobId) : null });
    if (started.length === 0) return ok({ ...first.value, resynced });
    const names = new Set(started.flatMap(({ readBy }) => readBy));
    const again = await validateOnce(onlyNamed(validation, names), io);
    if (!again.ok) return again;
    const isKept = (each: Pick<ValidatedTable, 'database' | 'table'>): boolean => !names.has(nameOfTable(each));
    return ok({
      ...first.value,
      tables: [...first.value.tables.filter(isKept), ...again.value.tables],
      unfinished: [...first.value.unfinished.filter(isKept), ...again.value.unfinished],
      unmoved: [...first.value.unmoved, ...again.value.unmoved],
      resynced,
    });
  } finally {
    await sides.value.close();
  }
}

/** Jobs that were completed once, and that an earlier call has handed to workers again. */
async function begunJobs({ state, order: { assessmentId, tables } }: Validation): Promise<readonly string[]> {
  const begun: string[] = [];
  for (const { database, table } of tables) {
    const [newest] = await tableJobs(state, { assessmentId, database, table, part: objectsPart });
    if (newest?.phase === copiedPhase && (newest.status === 'PENDING' || newest.status === 'RUNNING'))
      begun.push(newest.id);
  }
  return begun;
}

function mayBeMended({ results }: ValidatedTable): boolean {
  return results.some(({ status, details }) => status === 'failed' || hasSourceChanged(details));
}

function hasSourceChanged(details: unknown): boolean {
  const { results = [] } = (details ?? {}) as {
    readonly results?: readonly { readonly findings: readonly Pick<Diagnostic, 'code'>[] }[];
  };
  return results.some(({ findings }) => findings.some(({ code }) => code === 'source-changed'));
}

async function problemOf({ state }: Validation, jobId: string): Promise<string | null> {
  const job = await findJob(state, jobId);
  return job?.status === 'COMPLETED' ? null : (job?.error_message ?? `its job is ${job?.status ?? 'gone'}`);
}

function onlyNamed(validation: Validation, names: ReadonlySet<string>): Validation {
  const tables = validation.order.tables.filter((each) => names.has(nameOfTable(each)));
  return { ...validation, order: { ...validation.order, tables } };
}

function withoutRun() {
  return diagnostic({
    code: 'resync-without-run',
    message: 'The store has no run of this assessment, so objects cannot be copied again.',
    fix: 'Migrate first (`aws2openstack migrate start`), with the same report and the same DATABASE_URL.',
  });
}
