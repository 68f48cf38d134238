import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { objectsPart } from '../../migration/copy/job/index.js';
import { findAssessment, onStopSignals, runProgress, shownId } from '../../state/index.js';
import type { TableProgress } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeRun, totalsOf } from './view.js';

export interface StatusOptions {
  readonly all: boolean;
  readonly watch: boolean;
  readonly json: boolean;
}

export interface ShownRun {
  /** Such as `assessment-1a2b3c`. */
  readonly assessment: string;
  readonly tables: readonly TableProgress[];
  /** Bytes a second since the last look; `null` at the first. */
  readonly rate: number | null;
}

const watchSeconds = 3;

export async function showMigration(
  assessment: string,
  { all, watch, json }: StatusOptions,
  io: CliIo,
): Promise<ExitCode> {
  const stop = onStopSignals();
  let before: { readonly bytes: number; readonly at: number } | undefined;
  try {
    for (;;) {
      const run = await readRun(assessment, io);
      if (!run.ok) return failed(io, run.error);
      const totals = totalsOf(run.value.tables);
      const at = performance.now();
      const rate =
        before === undefined ? null : Math.max(0, (totals.bytesDone - before.bytes) / ((at - before.at) / 1000));
      before = { bytes: totals.bytesDone, at };
      const shown = { ...run.value, rate };
      if (watch && !json && 'isTTY' in io.stdout && io.stdout.isTTY === true) io.stdout.write('\u001b[2J\u001b[H');
      io.stdout.write(
        json ? `${JSON.stringify({ kind: 'MigrationStatus', totals, ...shown })}\n` : describeRun(shown, all),
      );
      if (!watch || totals.open === 0 || stop.signal.aborted) return 0;
      await delay(watchSeconds * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    stop.forget();
  }
}

async function readRun(assessment: string, { env }: CliIo): Promise<Result<Omit<ShownRun, 'rate'>>> {
  return await useStore(env, { access: 'read', command: 'migrate status' }, async (state) => {
    const found = await findAssessment(state, assessment);
    if (!found.ok) return found;
    const { id } = found.value;
    return ok({ assessment: shownId(id), tables: await runProgress(state, { assessmentId: id, part: objectsPart }) });
  });
}
