import { InvalidArgumentError } from 'commander';
import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { InfraCheckOptions } from './check.js';
import type { RollInfraOptions } from './machines.js';
import type { InfraOptions } from './sign-in.js';

export const registerInfra: Register = (program, io, done) => {
  const infra = program
    .command('infra')
    .description('check the cloud before Terraform is applied; show and update the machines afterwards');

  infra
    .command('check')
    .description('compare what Terraform would create with what the cloud has and allows (read-only)')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report, the mapping, and the APIs of the cloud.',
        writes: 'nothing.',
        environment: ['OS_CLOUD with clouds.yaml, or OS_AUTH_URL, …    how to sign in, as Terraform does'],
        exitsOne: 'the cloud lacks something, or cannot be reached',
        examples: ['infra check --assessment out/demo --mapping mappings/acme.yaml'],
      }),
    )
    .action(async (options: InfraCheckOptions) => {
      const { checkInfra } = await import('./check.js');
      done(await checkInfra(options, io));
    });

  infra
    .command('status')
    .description('show servers and volumes, and for each machine the bundle it should have and the one it reports')
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Shows each machine with its status in the cloud, the bundle that it should have and the one that it reports, and services that do not run; then the volumes. A machine with another bundle takes the new one by infra roll.',
        ],
        reads: 'the mapping, servers and volumes of the cloud, and the reports of the machines.',
        writes: 'nothing.',
        environment: ['OS_CLOUD with clouds.yaml, or OS_AUTH_URL, …    how to sign in, as Terraform does'],
        examples: ['infra status --mapping mappings/acme.yaml'],
      }),
    )
    .action(async (options: InfraOptions) => {
      const { showInfra } = await import('./machines.js');
      done(await showInfra(options, io));
    });

  infra
    .command('authority')
    .description("print the certificate of the lakehouse's authority in PEM, with which users verify Trino")
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of PEM: the certificate, its SHA-256 fingerprint and its expiry')
    .addHelpText(
      'after',
      helpText({
        reads: 'the mapping, the servers of the cloud, and the certificates that machines have published.',
        writes: 'nothing.',
        environment: ['OS_CLOUD with clouds.yaml, or OS_AUTH_URL, …    how to sign in, as Terraform does'],
        exitsOne: 'no machine has published a certificate, or they disagree',
        examples: ['infra authority --mapping mappings/acme.yaml > lake-ca.pem'],
      }),
    )
    .action(async (options: InfraOptions) => {
      const { showAuthority } = await import('./authority.js');
      done(await showAuthority(options, io));
    });

  infra
    .command('roll')
    .description(
      'roll out a new bundle, one machine at a time: workers and runners first, then each machine before those that depend on it; stops at the first unhealthy machine',
    )
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--timeout <seconds>', 'maximum time per machine', positiveNumber, 900)
    .option('--only <names...>', 'roll only these machines and roles, such as the remaining databases')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        notes: ['If the first database is lost, name the others with --only, as in the second example.'],
        reads: 'the mapping and the reports of the machines.',
        writes:
          'for each machine in turn, an object to the system container, which has the machine install the bundle that Terraform uploaded.',
        environment: ['OS_CLOUD with clouds.yaml, or OS_AUTH_URL, …    how to sign in, as Terraform does'],
        exitsOne: 'a machine did not become healthy; the machines after it keep the bundle that they have',
        examples: [
          'infra roll --mapping mappings/acme.yaml',
          'infra roll --mapping mappings/acme.yaml --only lake-database-2 lake-database-3 catalog',
        ],
      }),
    )
    .action(async (options: RollInfraOptions) => {
      const { rollInfra } = await import('./machines.js');
      done(await rollInfra(options, io));
    });
};

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}
