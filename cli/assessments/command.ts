import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Register } from '../program.js';
import type { DeleteOptions, DiffOptions, ListOptions, ShowOptions } from './run.js';

export const registerAssessments: Register = (program, io, done) => {
  const assessments = program
    .command('assessments')
    .description('the assessments that were stored (assess … --save-to-db)');
  const withJson = (name: string, description: string, example: string): Command =>
    assessments
      .command(name)
      .description(description)
      .option('--json', 'print JSON instead of text', false)
      .addHelpText('after', `\nExample:\n  $ aws2openstack assessments ${example}\n\n${idHelp}`);

  withJson('list', 'what is stored, newest first', 'list --region eu-central-1')
    .option('--region <region>', 'only of this AWS region')
    .option('--account <id>', 'only of this AWS account')
    .addOption(limitOption('how many'))
    .action(async (options: ListOptions) => {
      const { listStored } = await import('./run.js');
      done(await listStored(options, io));
    });
  withJson('show [assessment]', 'one assessment, and the Terraform made of it', 'show latest')
    .option('--terraform <folder>', 'every assessment that the Terraform in this folder was made of (JSON: a list)')
    .action(async (assessment: string | undefined, options: ShowOptions) => {
      const { showStored } = await import('./run.js');
      done(await showStored(assessment, options, io));
    });
  withJson('diff <before> <after>', 'databases and tables added, removed and changed', 'diff assessment-1a2b3c latest')
    .addOption(limitOption('how many tables to list'))
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diffStored } = await import('./run.js');
      done(await diffStored(before, after, options, io));
    });
  withJson('delete <assessment>', 'delete one and everything that depends on it', 'delete assessment-1a2b3c --yes')
    .option('--yes', 'do it; without it only what would go is said', false)
    .action(async (assessment: string, options: DeleteOptions) => {
      const { deleteStored } = await import('./run.js');
      done(await deleteStored(assessment, options, io));
    });
};

const idHelp = "An assessment is named by its id, its UUID, the first four digits or more of it, or 'latest'.";

function limitOption(description: string): Option {
  return new Option('--limit <number>', description).default(100).argParser((text) => {
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000) return limit;
    throw new InvalidArgumentError(`'${text}' is no whole number of 1 to 1000000.`);
  });
}
