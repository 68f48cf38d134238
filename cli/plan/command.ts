import { helpText } from '../help-text.js';
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
      helpText({
        reads: 'the assessment report and the mapping; neither AWS nor OpenStack is contacted.',
        writes: 'nothing, or the complete Plan to the file of --output.',
        exitsOne: 'the report or the mapping cannot be used (blocked assets are not a failure)',
        examples: [
          'plan --assessment out/demo',
          'plan --assessment out/demo --mapping everything-to-iceberg --diff default',
        ],
      }),
    )
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./run.js');
      done(await plan(options, io));
    });
};
