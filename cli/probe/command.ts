import type { Command } from 'commander';
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
      `
Requests are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (openstack ec2 credentials create creates a pair).
A2O_TARGET_CA_FILE names a PEM file of the authority of the endpoint's certificate.

Example:
  $ aws2openstack probe object-store --endpoint https://rgw.acme.example`,
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
