import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { ExplainOptions } from './run.js';

export const registerExplain: Register = (program, io, done) => {
  program
    .command('explain <asset>')
    .description(
      'say why an asset ends as it does, rule by rule; or, with the word sizing, where each figure of the size comes from',
    )
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      '\nAn asset is database.table, a database or a bucket (a database called sizing: database:sizing).\n\nExample:\n  $ aws2openstack explain test_analytics.sales_data --assessment out/demo\n  $ aws2openstack explain sizing --assessment out/demo --json',
    )
    .action(async (asset: string, options: ExplainOptions) => {
      const { explain } = await import('./run.js');
      done(await explain(asset, options, io));
    });
};
