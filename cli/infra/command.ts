import { InvalidArgumentError } from 'commander';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { InfraCheckOptions } from './check.js';
import type { InfraOptions, RollInfraOptions } from './machines.js';

export const registerInfra: Register = (program, io, done) => {
  const infra = program.command('infra').description('the lakehouse in its cloud: before, and after it was applied');

  infra
    .command('check')
    .description('hold what would be made against what the cloud has and allows; reads only')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Signs in as Terraform does: OS_CLOUD and clouds.yaml, or the OS_* variables.

Example:
  $ aws2openstack infra check --assessment out/demo --mapping mappings/acme.yaml`,
    )
    .action(async (options: InfraCheckOptions) => {
      const { checkInfra } = await import('./check.js');
      done(await checkInfra(options, io));
    });

  infra
    .command('status')
    .description('servers and volumes, the bundle that each machine should have and the one it says it has')
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText('after', '\nExample:\n  $ aws2openstack infra status --mapping mappings/acme.yaml')
    .action(async (options: InfraOptions) => {
      const { showInfra } = await import('./machines.js');
      done(await showInfra(options, io));
    });

  infra
    .command('roll')
    .description(
      'let the machines take a new bundle, one after the other: workers and runners, then each before those that need it; stops at the first that is not well',
    )
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--timeout <seconds>', 'how long one machine may take', positiveNumber, 900)
    .option('--only <names...>', 'machines and roles to roll, such as the databases that are left; no other is rolled')
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack infra roll --mapping mappings/acme.yaml

When the first database is lost:
  $ aws2openstack infra roll --mapping mappings/acme.yaml --only lake-database-2 lake-database-3 catalog`,
    )
    .action(async (options: RollInfraOptions) => {
      const { rollInfra } = await import('./machines.js');
      done(await rollInfra(options, io));
    });
};

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`'${text}' is no number of seconds above 0.`);
  return value;
}
