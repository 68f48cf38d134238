import type { Command } from 'commander';
import { printable } from '../core/diagnostic.js';
import { explainAsset, planFromFiles } from '../mappings/index.js';
import type { Explanation } from '../mappings/index.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { assessmentOption, mappingOption, variableOption } from './template-options.js';

interface ExplainOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

export const registerExplain: Register = (program: Command, io, done) => {
  program
    .command('explain <asset>')
    .description('say why an asset ends as it does: each rule that was tried, and what did not hold')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      '\nAn asset is database.table, a database or a bucket.\n\nExample:\n  $ aws2openstack explain test_analytics.sales_data --assessment out/demo',
    )
    .action(async (asset: string, options: ExplainOptions) => {
      done(await explain(asset, options, io));
    });
};

async function explain(asset: string, options: ExplainOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...options, variables: options.var });
  const explained = planned.ok
    ? explainAsset(asset, planned.value.assessment, planned.value.template, planned.value.plan)
    : planned;
  if (!explained.ok) return failed(io, explained.error);
  io.stdout.write(
    options.json === true ? `${JSON.stringify(explained.value)}\n` : explained.value.map(describe).join('\n'),
  );
  return 0;
}

function describe({ key, outcome, what, remarks, tried }: Explanation): string {
  return [
    `${key} is ${outcome}: ${what}`,
    ...remarks.map((remark) => `  remark: ${remark}`),
    '  rules in the order they were tried:',
    ...tried.flatMap(({ name, origin, matched, because }) => [
      `    ${matched ? 'matched' : 'no     '}  ${name} (${origin.file}:${origin.line})`,
      ...because.map((reason) => `               ${reason}`),
    ]),
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}
