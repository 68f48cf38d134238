import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import { isServiceUrl, serviceUrlRule } from '../../openstack/session/service-url.js';
import type { Register } from '../program.js';
import type { ProbeOptions } from './run.js';

export const registerProbe: Register = (program, io, done) => {
  const probe = program.command('probe').description('test what a service supports');

  probe
    .command('object-store')
    .description('test what an S3 endpoint supports, in a temporary bucket')
    .requiredOption('--endpoint <url>', 'S3 endpoint, such as https://rgw.acme.example')
    .option('--region <region>', 'region used to sign requests', 'us-east-1')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        reads: 'the answers of the endpoint.',
        writes: 'a bucket with a random name, which it removes at the end.',
        environment: [
          'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY    keys of the object store (openstack ec2 credentials create)',
          'A2O_TARGET_CA_FILE                          PEM file of the authority that signed the certificate of the endpoint',
        ],
        exitsOne: 'the endpoint cannot be reached or refuses the keys',
        examples: ['probe object-store --endpoint https://rgw.acme.example'],
      }),
    )
    .action(async (options: ProbeOptions, command: Command) => {
      // Commander's own argument check would print the value, which may contain a password.
      if (!isServiceUrl(options.endpoint)) {
        command.error(`error: --endpoint must be ${serviceUrlRule}, such as https://rgw.acme.example`);
      }
      const { probeStore } = await import('./run.js');
      done(await probeStore(options, io));
    });
};
