import { diagnostic } from '../core/diagnostic.js';
import { printDiagnostics } from './io.js';
import { runCli } from './program.js';

// Deprecations inside packages are for their makers, not for who runs a command.
process.noDeprecation = true;

const output = { lost: false };

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // The reader has read enough, as `head` does. What the command still has to do besides printing goes on.
  if (code === 'EPIPE' || output.lost) return;
  output.lost = true;
  process.exitCode = 1;
  printDiagnostics(process, [
    diagnostic({
      code: 'cannot-print',
      message: `The output cannot be written: ${message}.`,
      fix: 'Free space there, or send the output elsewhere.',
    }),
  ]);
});
// Nobody is left to be told.
process.stderr.on('error', () => undefined);

const exitCode = await runCli(process.argv.slice(2), process);
process.exitCode = output.lost ? 1 : exitCode;
