import cliProgress from 'cli-progress';
import type { GlueProgress } from '../../assessments/index.js';
import type { CliIo } from '../io.js';

export interface ProgressView {
  update(progress: GlueProgress): void;
  stop(): void;
}

/** Between lines for logs, so that a long run does not fill them. */
const lineIntervalMs = 10_000;

/** A progress bar on a terminal, occasional lines elsewhere. On standard error only. */
export function showProgress({ stderr, env }: CliIo): ProgressView {
  return stderr.isTTY === true && env['TERM'] !== 'dumb' ? showBar(stderr) : showLines(stderr);
}

function showBar(stream: NodeJS.WritableStream): ProgressView {
  const bar = new cliProgress.SingleBar({
    stream,
    format:
      '{bar} {value}/{total} databases · {tables} tables · {partitions} partitions · {objects} objects · {calls} calls{throttled}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  });
  let started = false;
  return {
    update: (progress) => {
      const payload = { ...progress, throttled: throttledText(progress) };
      if (started) {
        bar.setTotal(progress.databases);
        bar.update(progress.databasesListed, payload);
      } else {
        bar.start(progress.databases, progress.databasesListed, payload);
        started = true;
      }
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

function showLines(stream: NodeJS.WritableStream): ProgressView {
  let last = performance.now();
  return {
    update: (progress) => {
      if (performance.now() - last < lineIntervalMs) return;
      last = performance.now();
      const { databases, databasesListed, tables, partitions, objects, calls } = progress;
      stream.write(
        `${databasesListed}/${databases} databases, ${tables} tables, ${partitions} partitions, ${objects} objects, ${calls} calls${throttledText(progress)}\n`,
      );
    },
    stop: () => undefined,
  };
}

function throttledText({ throttled }: GlueProgress): string {
  return throttled === 0 ? '' : ` · throttled ${throttled} times`;
}
