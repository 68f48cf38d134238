import type { Command } from 'commander';
import { isServiceUrl, serviceUrlRule } from '../../openstack/session/service-url.js';
import type { Register } from '../program.js';
import type { ProbeOptions } from './run.js';

export const registerProbe: Register = (program, io, done) => {
  const probe = program.command('probe').description('find out what a service can do by trying it');

  probe
    .command('object-store')
    .description('what an S3 endpoint can do, tried in a bucket of its own that is removed again')
    .requiredOption('--endpoint <url>', 'S3 endpoint, such as https://rgw.acme.example')
    .option('--region <region>', 'region to sign with', 'us-east-1')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (openstack ec2 credentials create makes a pair).

Example:
  $ aws2openstack probe object-store --endpoint https://rgw.acme.example`,
    )
    .action(async (options: ProbeOptions, command: Command) => {
      // Not commander's check of an argument, whose message holds the value: a password may be in it.
      if (!isServiceUrl(options.endpoint)) {
        command.error(`error: --endpoint must be ${serviceUrlRule}, such as https://rgw.acme.example`);
      }
      const { probeStore } = await import('./run.js');
      done(await probeStore(options, io));
    });
};
