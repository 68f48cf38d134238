import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { PlanOptions } from './run.js';

export const registerPlan: Register = (program, io, done) => {
  program
    .command('plan')
    .description(
      'show what becomes of each assessed asset in OpenStack (mapped, skipped or blocked) and which rule decides it',
    )
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option(
      '--diff <other>',
      'show only the differences from another template (name or .yaml) or another assessment (file or folder)',
    )
    .option('-o, --output <file>', 'write the complete Plan to a file as JSON')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack plan --assessment out/demo --mapping everything-to-iceberg --diff default',
    )
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./run.js');
      done(await plan(options, io));
    });
};
