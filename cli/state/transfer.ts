import { ok } from '../../core/result.js';
import { onStopSignals } from '../../core/stop-signals.js';
import { toolVersion } from '../../core/tool-version.js';
import { exportStore, importStore } from '../../state/transfer/index.js';
import type { TransferProgress } from '../../state/transfer/index.js';
import { placeOf } from '../../state/store/state.js';
import { useStore } from '../../state/store/use-store.js';
import { failed } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeTransfer } from './view.js';
import type { Direction } from './view.js';

export async function exportState(file: string, json: boolean, io: CliIo): Promise<ExitCode> {
  return await moveStore('export', file, json, io);
}

export async function importState(file: string, json: boolean, io: CliIo): Promise<ExitCode> {
  return await moveStore('import', file, json, io);
}

async function moveStore(direction: Direction, file: string, json: boolean, io: CliIo): Promise<ExitCode> {
  const stop = onStopSignals();
  const options = { file, signal: stop.signal, onProgress: progressLines(io, direction) };
  const access = direction === 'export' ? 'read' : 'write';
  try {
    const moved = await useStore(io.env, { access, command: `state ${direction}` }, async (state) => {
      const rows =
        direction === 'export'
          ? await exportStore(state, { ...options, toolVersion: toolVersion(), now: new Date() })
          : await importStore(state, options);
      return rows.ok ? ok({ place: placeOf(state.location), counts: rows.value }) : rows;
    });
    if (!moved.ok) return failed(io, moved.error);
    const { place, counts } = moved.value;
    io.stdout.write(
      json
        ? `${JSON.stringify({ kind: direction === 'export' ? 'StoreExport' : 'StoreImport', place, file, rows: counts })}\n`
        : describeTransfer(direction, { place, file, rows: counts }),
    );
    return 0;
  } finally {
    stop.forget();
  }
}

/** Between lines for logs, so that a long run does not fill them. */
const lineIntervalMs = 5_000;

function progressLines({ stderr }: CliIo, direction: string): (progress: TransferProgress) => void {
  let last = performance.now();
  return ({ table, rows }) => {
    if (performance.now() - last < lineIntervalMs) return;
    last = performance.now();
    stderr.write(`${direction}: ${rows} rows, at ${table}\n`);
  };
}
