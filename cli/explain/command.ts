import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { ExplainOptions } from './run.js';

export const registerExplain: Register = (program, io, done) => {
  program
    .command('explain <asset>')
    .description('explain rule by rule what becomes of an asset; with the word sizing, how each size is computed')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      helpText({
        notes: [
          'An asset is database.table, a database or a bucket. For a database named sizing, write database:sizing.',
        ],
        reads: 'the assessment report and the mapping.',
        writes: 'nothing.',
        exitsOne: 'the report or the mapping cannot be used, or the report has no such asset',
        examples: [
          'explain test_analytics.sales_data --assessment out/demo',
          'explain sizing --assessment out/demo --json',
        ],
      }),
    )
    .action(async (asset: string, options: ExplainOptions) => {
      const { explain } = await import('./run.js');
      done(await explain(asset, options, io));
    });
};
