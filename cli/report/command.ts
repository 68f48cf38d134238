import { InvalidArgumentError, Option } from 'commander';
import { helpText } from '../help-text.js';
import { positiveNumber } from '../positive-number.js';
import type { Register } from '../program.js';
import { assessmentOption, mappingOption, variableOption } from '../template-options.js';
import type { ReportOptions } from './run.js';

export const registerReport: Register = (program, io, done) => {
  program
    .command('report')
    .description('write a report for decision makers: inventory, plan, effort, time, cost and risks of the migration')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option('-o, --output <folder>', 'folder for migration-report.pdf and migration-report.md', '.')
    .addOption(
      new Option('--format <formats>', 'pdf, markdown, or both, separated by commas')
        .default(['pdf', 'markdown'], 'pdf,markdown')
        .argParser(formats),
    )
    .option('--rate <MB/s>', 'expected rate of all workers together', positiveNumber, 100)
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report and the mapping; neither AWS nor OpenStack is contacted.',
        writes: 'migration-report.pdf and migration-report.md to the folder of --output.',
        examples: ['report --assessment out/acme --mapping mappings/acme.yaml --output out/report'],
      }),
    )
    .action(async (options: ReportOptions) => {
      const { report } = await import('./run.js');
      done(await report(options, io));
    });
};

const known = ['pdf', 'markdown'] as const;
export type ReportFormat = (typeof known)[number];

function formats(text: string): readonly ReportFormat[] {
  const wanted = text.split(',').map((name) => name.trim());
  const chosen = known.filter((name) => wanted.includes(name));
  if (chosen.length === new Set(wanted).size) return chosen;
  throw new InvalidArgumentError('It must be pdf, markdown, or both, separated by a comma.');
}
