import type { Command } from 'commander';
import { printable } from '../core/diagnostic.js';
import { explainAsset, planFromFiles } from '../mappings/index.js';
import type { Explanation } from '../mappings/index.js';
import type { SizeFigure, SizeInput } from '../mappings/size-lakehouse.js';
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
      done(await explain(asset, options, io));
    });
};

async function explain(asset: string, options: ExplainOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...options, variables: options.var });
  if (asset === 'sizing' && planned.ok) return explainSizing(planned.value.plan.size.figures, options, io);
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

function explainSizing(figures: readonly SizeFigure[], { json }: ExplainOptions, io: CliIo): ExitCode {
  io.stdout.write(json === true ? `${JSON.stringify(figures)}\n` : figures.map(describeFigure).join('\n'));
  return 0;
}

function describeFigure({ name, value, unit, because, confidence, inputs, override }: SizeFigure): string {
  return [
    `${name} = ${value} ${unit}: ${because} (confidence: ${confidence})`,
    ...inputs.map(describeInput),
    `  override: ${override}`,
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}

function describeInput({ name, value, unit, source, confidence }: SizeInput): string {
  return `  from ${name}: ${value === null ? 'unknown' : `${value} ${unit}`.trim()} (${source}; confidence: ${confidence})`;
}
