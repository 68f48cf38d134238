import { diagnostic } from '../core/diagnostic.js';
import { namesAuthorities } from '../core/trust/names-authorities.js';
import { leftoverWarnings } from '../core/leftovers.js';
import { endOnSignals, endWithParent, exitCodeOfSignal } from '../core/stop-signals.js';
import { isTraced } from '../monitoring/telemetry/is-traced.js';
import { failed, printDiagnostics } from './io.js';
import type { ExitCode } from './io.js';
import { runCli } from './program.js';

// Deprecation warnings of packages are for their authors, not for users of a command.
process.noDeprecation = true;

const output = { lost: false };

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // The reader closed the pipe, as `head` does. The command still finishes its work besides printing.
  if (code === 'EPIPE' || output.lost) return;
  output.lost = true;
  process.exitCode = 1;
  printDiagnostics(process, [
    diagnostic({
      code: 'cannot-print',
      message: `The output cannot be written: ${message}.`,
      fix: 'Free space on that disk, or redirect standard output to another file.',
    }),
  ]);
});
// Problems of standard error cannot be reported anywhere.
process.stderr.on('error', () => undefined);

endOnSignals((signal) => {
  process.stderr.write(`Interrupted by ${signal}.\n`);
  printDiagnostics(process, leftoverWarnings());
});

if (process.env['npm_command'] === 'exec') endWithParent();

const exitCode = await run();
const failure = exitCode === 0 ? 0 : (exitCodeOfSignal() ?? exitCode);
process.exitCode = output.lost ? 1 : failure;

async function run(): Promise<ExitCode> {
  if (namesAuthorities(process.env)) {
    const { trustEnvironment } = await import('../core/trust/trust-environment.js');
    const problems = trustEnvironment(process.env);
    if (problems.length > 0) return failed(process, problems);
  }
  return isTraced(process.env) ? await runTraced() : await runCli(process.argv.slice(2), process);
}

async function runTraced(): Promise<ExitCode> {
  const { traceCommand } = await import('./traced.js');
  return await traceCommand(process, (onCommand) => runCli(process.argv.slice(2), process, onCommand));
}
