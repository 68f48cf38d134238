import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { openQueue, shownId, unfinishedValidations, validatedTables } from '../../state/index.js';
import type { State, UnfinishedValidation, ValidatedTable } from '../../state/index.js';
import { sidesOpener, startValidation, validationJob, validationQueue } from '../../validation/run/index.js';
import type { SideAccess, ValidationOrder } from '../../validation/run/index.js';
import type { CliIo } from '../io.js';
import { sourceWatch } from './source-watch.js';
import { workOn } from './work.js';

/** The tables to validate, and the means. */
export interface Validation {
  readonly state: State;
  readonly order: Parameters<typeof startValidation>[2];
  readonly access: SideAccess;
  /** Tables at a time. */
  readonly concurrency: number;
}

export interface Validated {
  readonly assessment: string;
  /** With their newest results, which may be older than this validation where it did not end. */
  readonly tables: readonly ValidatedTable[];
  /** Validations of these tables that have not ended well. */
  readonly unfinished: readonly UnfinishedValidation[];
  /** Tables that no job has moved. */
  readonly unmoved: readonly string[];
}

export interface HandedOver {
  /** Such as `assessment-1a2b3c`. */
  readonly assessment: string;
  /** Tables whose job waits for a worker, or is worked on. */
  readonly handedOver: number;
  readonly unmoved: readonly string[];
}

/** Hands a job for each table to workers, and does not wait for them. */
export async function handOver({ state, order }: Validation, io: CliIo): Promise<Result<HandedOver>> {
  const started = await start({ state, order }, io);
  if (!started.ok) return started;
  const { jobIds, unmoved } = started.value;
  return ok({ assessment: shownId(order.assessmentId), handedOver: jobIds.length, unmoved });
}

async function start({ state, order }: Pick<Validation, 'state' | 'order'>, { stderr }: CliIo) {
  const onProblem = ({ message }: Error): void => void stderr.write(`${message}\n`);
  const boss = await openQueue(state, { queues: [validationQueue], supervise: false, onProblem });
  const started = await startValidation(state, boss, order).finally(() => boss.stop({ graceful: false }));
  if (started.ok && started.value.doneBefore > 0)
    stderr.write(
      `It goes on with the validation that has not ended, which has validated ${started.value.doneBefore} of ${order.tables.length} tables.\n`,
    );
  return started;
}

/** Validates each table by a job, and waits for the results. */
export async function validateOnce(
  { state, order, access, concurrency }: Validation,
  io: CliIo,
): Promise<Result<Validated>> {
  const { assessmentId, tables } = order;
  const started = await start({ state, order }, io);
  if (!started.ok) return started;
  const { unmoved, jobIds } = started.value;
  const { watch, close } = sourceWatch(state);
  try {
    const handlers = { [validationQueue]: validationJob({ state, open: sidesOpener(access), watch }) };
    const nameOf = (payload: object): string => (payload as ValidationOrder).pair.key.replace(/^table:/, '');
    const worked = await workOn(state, { handlers, jobIds, concurrency, nameOf }, io);
    if (!worked.ok) return worked;
  } finally {
    await close();
  }
  const wanted = new Set(tables.map(({ database, table }) => JSON.stringify([database, table])));
  const shown: ValidatedTable[] = [];
  for await (const table of validatedTables(state, assessmentId))
    if (wanted.has(JSON.stringify([table.database, table.table]))) shown.push(table);
  const unfinished = await unfinishedValidations(state, jobIds);
  return ok({ assessment: shownId(assessmentId), tables: shown, unfinished, unmoved });
}
