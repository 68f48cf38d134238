import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import type { Register } from '../program.js';
import type { DeleteOptions, DiffOptions, ListOptions, ShowOptions } from './run.js';

export const registerAssessments: Register = (program, io, done) => {
  const assessments = program
    .command('assessments')
    .description('list, show, compare and delete stored assessments (assess … --save-to-db)');
  const withJson = (name: string, description: string, example: string, writes = 'nothing.'): Command =>
    assessments
      .command(name)
      .description(description)
      .option('--json', 'print JSON instead of text', false)
      .addHelpText(
        'after',
        helpText({
          notes: [idHelp],
          reads: 'the store.',
          writes,
          environment: ['DATABASE_URL       the store on a PostgreSQL server (default: the embedded one)'],
          exitsOne: 'the store has no such assessment, or cannot be read',
          examples: [`assessments ${example}`],
        }),
      );

  withJson('list', 'list the stored assessments, newest first', 'list --region eu-central-1')
    .option('--region <region>', 'only assessments of this AWS region')
    .option('--account <id>', 'only assessments of this AWS account')
    .addOption(limitOption('maximum number of assessments'))
    .action(async (options: ListOptions) => {
      const { listStored } = await import('./run.js');
      done(await listStored(options, io));
    });
  withJson('show [assessment]', 'show an assessment and the Terraform generated from it', 'show latest')
    .option(
      '--terraform <folder>',
      'show every assessment that the Terraform in this folder was generated from (JSON: a list)',
    )
    .action(async (assessment: string | undefined, options: ShowOptions) => {
      const { showStored } = await import('./run.js');
      done(await showStored(assessment, options, io));
    });
  withJson(
    'diff <before> <after>',
    'list the databases and tables that were added, removed or changed',
    'diff assessment-1a2b3c latest',
  )
    .addOption(limitOption('maximum number of tables to list'))
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diffStored } = await import('./run.js');
      done(await diffStored(before, after, options, io));
    });
  withJson(
    'delete <assessment>',
    'delete an assessment and everything that depends on it',
    'delete assessment-1a2b3c --yes',
    'with --yes, the store, from which it deletes the assessment and its jobs, results and records.',
  )
    .option('--yes', 'delete it; without --yes, only show what would be deleted', false)
    .action(async (assessment: string, options: DeleteOptions) => {
      const { deleteStored } = await import('./run.js');
      done(await deleteStored(assessment, options, io));
    });
};

const idHelp =
  "Name an assessment by its id, its UUID, at least the first four digits of the UUID, its report or the report's folder, or 'latest'.";

function limitOption(description: string): Option {
  return new Option('--limit <number>', description).default(100).argParser((text) => {
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000) return limit;
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000.');
  });
}
