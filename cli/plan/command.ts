import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { PlanOptions } from './run.js';

export const registerPlan: Register = (program, io, done) => {
  program
    .command('plan')
    .description('say what each assessed asset becomes in OpenStack: mapped, skipped or blocked, and by which rule')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option(
      '--diff <other>',
      'show only what differs from another template (name or .yaml) or another assessment (file or folder)',
    )
    .option('-o, --output <file>', 'write the whole Plan as JSON')
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
