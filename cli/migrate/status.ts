import { setTimeout as delay } from 'node:timers/promises';
import { onStopSignals } from '../../core/stop-signals.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { bottleneckOf, latestSamples, objectsPart } from '../../migration/copy/job/index.js';
import type { Bottleneck } from '../../migration/copy/job/index.js';
import { nextAttempts, runProgress, shownId } from '../../state/index.js';
import { tableQueue } from '../../migration/run/index.js';
import type { TableProgress } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
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
  readonly tables: readonly ShownTable[];
  /** Bytes a second: since the last look, or as the workers measured it lately; `null` where neither is known. */
  readonly rate: number | null;
}

export interface ShownTable extends TableProgress {
  /** Bytes a second, as its worker measured it lately; `null` where it does not copy. */
  readonly rate: number | null;
  /** Seconds; `null` where it has no time. */
  readonly next_attempt_seconds: number | null;
  /** The resource that it waits for most. */
  readonly bottleneck: Bottleneck | null;
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
        before === undefined
          ? measuredRate(run.value.tables)
          : Math.max(0, (totals.bytesDone - before.bytes) / ((at - before.at) / 1000));
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
    const found = await givenAssessment(state, assessment);
    if (!found.ok) return found;
    const { id } = found.value;
    const tables = await runProgress(state, { assessmentId: id, part: objectsPart });
    const running = tables.filter(({ status }) => status === 'RUNNING').map((table) => table.id);
    const samples = await latestSamples(state, running);
    const waiting = tables.filter(({ status }) => status === 'PENDING').map((table) => table.id);
    const next = await nextAttempts(state, tableQueue, waiting);
    return ok({
      assessment: shownId(id),
      tables: tables.map((table) => {
        const sample = samples.get(table.id);
        return {
          ...table,
          rate: sample?.bytes_per_second ?? null,
          next_attempt_seconds: next.get(table.id) ?? null,
          bottleneck: (sample && bottleneckOf(sample)) ?? null,
        };
      }),
    });
  });
}

function measuredRate(tables: readonly ShownTable[]): number | null {
  const rates = tables.flatMap(({ rate }) => rate ?? []);
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate);
}
