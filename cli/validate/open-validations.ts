import { ok } from '../../core/result.js';
import { openQueue, openValidations, shownId, steerJob, validatedTables } from '../../state/index.js';
import type { UnfinishedValidation, ValidatedTable } from '../../state/index.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import { useStore } from '../../state/store/use-store.js';
import { validationQueue } from '../../validation/run/index.js';
import { failed } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeUnfinished, describeValidation } from './view.js';

/** Shows which tables are still to be validated, and the newest results of the others. */
export async function showValidations(
  assessment: string,
  { json }: { readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const use = { access: 'read', command: 'validate status', waitMs: storeWaitMs } as const;
  const read = await useStore(io.env, use, async (state) => {
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const tables: ValidatedTable[] = [];
    for await (const table of validatedTables(state, found.value.id)) if (table.results.length > 0) tables.push(table);
    const open = await openValidations(state, found.value.id);
    return ok({ assessment: shownId(found.value.id), open, tables, unfinished: [], unmoved: [], resynced: [] });
  });
  if (!read.ok) return failed(io, read.error);
  const { open, ...shown } = read.value;
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'ValidationStatus', ...read.value })}\n`
      : `${describeValidation(shown)}${describeOpen(open)}`,
  );
  return 0;
}

function describeOpen(open: readonly UnfinishedValidation[]): string {
  if (open.length === 0) return '';
  return ['', 'Still to be validated', ...open.map((each) => `  ${describeUnfinished(each)}`), ''].join('\n');
}

/** Gives up the validations that have not ended; results of others stay. */
export async function cancelValidations(
  assessment: string,
  { json }: { readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  const use = { access: 'write', command: 'validate cancel', waitMs: storeWaitMs } as const;
  const cancelled = await useStore(io.env, use, async (state) => {
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const boss = await openQueue(state, {
      queues: [validationQueue],
      supervise: false,
      onProblem: ({ message }) => io.stderr.write(`${message}\n`),
    });
    let count = 0;
    try {
      // One that has ended meanwhile is passed over.
      for (const { id } of await openValidations(state, found.value.id))
        if ((await steerJob(state, boss, id, 'cancel')).ok) count += 1;
    } finally {
      await boss.stop({ graceful: false });
    }
    return ok(count);
  });
  if (!cancelled.ok) return failed(io, cancelled.error);
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'CancelledValidations', cancelled: cancelled.value })}\n`
      : `${cancelled.value} ${cancelled.value === 1 ? 'validation' : 'validations'} cancelled\n`,
  );
  return 0;
}
