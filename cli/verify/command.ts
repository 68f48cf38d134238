import { InvalidArgumentError } from 'commander';
import { sshTime } from '../../validation/certificate/sshsig/ssh-time.js';
import type { Register } from '../program.js';
import type { VerifyOptions } from './run.js';

export const registerVerify: Register = (program, io, done) => {
  program
    .command('verify <certificate>')
    .description(
      "check a migration certificate (its folder, or its certificate.json): who signed it, and each file's hash",
    )
    .requiredOption('--allowed-signers <file>', 'who may sign, as ssh-keygen reads it (ssh-keygen(1), ALLOWED SIGNERS)')
    .option('--identity <id>', 'who must have signed it (default: anybody whom the file allows)')
    .option('--verify-time <time>', 'when the signer must be allowed, as YYYYMMDD[HHMM[SS]][Z] (default: now)', time)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      `
Exits 1 when anything differs, and names each file that does.

Example:
  $ aws2openstack verify out/certificate --allowed-signers allowed_signers --identity ada@acme.example`,
    )
    .action(async (path: string, options: VerifyOptions) => {
      const { verify } = await import('./run.js');
      done(await verify(path, options, io));
    });
};

function time(text: string): Date {
  const parsed = sshTime(text);
  if (parsed instanceof Date) return parsed;
  throw new InvalidArgumentError('It must be a time such as 20261129 or 202611291830Z.');
}
