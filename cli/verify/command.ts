import { InvalidArgumentError } from 'commander';
import { helpText } from '../help-text.js';
import { sshTime } from '../../validation/certificate/sshsig/ssh-time.js';
import type { Register } from '../program.js';
import type { VerifyOptions } from './run.js';

export const registerVerify: Register = (program, io, done) => {
  program
    .command('verify <certificate>')
    .description(
      'check a migration certificate (its folder, or its certificate.json): its signature and the hash of each file',
    )
    .requiredOption('--allowed-signers <file>', 'file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS)')
    .option('--identity <id>', 'signer that the certificate must have (default: any that the file allows)')
    .option(
      '--verify-time <time>',
      'time at which the signer must be allowed, as YYYYMMDD[HHMM[SS]][Z] (default: now)',
      time,
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the certificate, the files that it names, and the list of allowed signers. It needs no network.',
        writes: 'nothing.',
        exitsOne: 'anything differs; each differing file is named',
        examples: ['verify out/certificate --allowed-signers allowed_signers --identity ada@acme.example'],
      }),
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
