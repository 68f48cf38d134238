import { diagnostic } from '../../../core/diagnostic.js';
import { MigrationError } from '../../../waves/machines/index.js';
import { preFlight } from '../../../waves/sources/pre-flight/index.js';
import { qemuImg } from '../../../waves/sources/qemu-img.js';
import { failed, printDiagnostics } from '../../io.js';
import type { CliIo, ExitCode } from '../../io.js';
import { describePreFlight } from './view.js';

export interface PreFlightFlags {
  readonly workFolder?: string;
  readonly json: boolean;
}

export async function showPreFlight(disk: string, { workFolder, json }: PreFlightFlags, io: CliIo): Promise<ExitCode> {
  try {
    const result = await preFlight(disk, { qemuImg: qemuImg(), ...(workFolder !== undefined && { workFolder }) });
    if (!result.ok) return failed(io, result.error);
    if (json) io.stdout.write(`${JSON.stringify({ kind: 'PreFlight', ...result.value })}\n`);
    else {
      printDiagnostics(io, result.value.findings);
      io.stdout.write(describePreFlight(result.value));
    }
    return result.value.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return failed(io, [unreadable(disk, error.message)]);
  }
}

function unreadable(disk: string, reason: string): ReturnType<typeof diagnostic> {
  return diagnostic({
    code: 'pre-flight-disk',
    path: disk,
    message: `The disk cannot be read: ${reason}`,
    fix: 'Name a disk image that `qemu-img info` can read, with its backing files.',
  });
}
