import type { Command } from 'commander';
import type { InfraCheckOptions } from './infra-check.js';
import type { Register } from './program.js';
import { assessmentOption, mappingOption, variableOption } from './template-options.js';

export const registerInfra: Register = (program: Command, io, done) => {
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
      // The provider's bindings take longer to load than most commands to run.
      const { checkInfra } = await import('./infra-check.js');
      done(await checkInfra(options, io));
    });
};
