import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { fileNames } from '../../assessments/glue-catalog/file-names.js';
import type { Register } from '../program.js';
import type { GlueCatalogFlags } from './run.js';

export const registerAssess: Register = (program, io, done) => {
  const assess = program.command('assess').description('Stage 1: find out what AWS has. Reads only.');
  glueCatalogCommand(assess).action(async (flags: GlueCatalogFlags) => {
    const { assessGlue } = await import('./run.js');
    done(await assessGlue(flags, io));
  });
};

function glueCatalogCommand(assess: Command): Command {
  return assess
    .command('glue-catalog')
    .description('Assess databases, tables and partitions of a Glue Data Catalog.')
    .option('--region <region>', 'AWS region; else AWS_REGION or the profile’s', asRegion)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option('--endpoint-url <url>', 'another endpoint: an emulator or a VPC endpoint', asUrl)
    .requiredOption('--output-dir <folder>', `where ${fileNames.report} and the files beside it go`)
    .option('--databases <globs>', 'only databases that match, such as "sales_*,logs"', asGlobs)
    .option('--tags', 'read the tags of databases too (one more call for each)', false)
    .option('--strict', 'fail, and write nothing, when anything could not be read', false)
    .option('--fresh', 'discard what an interrupted run left', false)
    .option('--save-to-db', 'store the run too; without it only when DATABASE_URL is set', false)
    .addOption(
      new Option('--max-attempts <number>', 'tries of one call before giving up').default(10).argParser(asCount),
    )
    .option('--json', 'print the summary as JSON', false)
    .addHelpText(
      'after',
      `
Example:
  $ aws2openstack assess glue-catalog --region eu-central-1 --profile lake --output-dir out/
  $ aws2openstack plan --assessment out/${fileNames.report}
  $ aws2openstack assess glue-catalog --region eu-central-1 --output-dir out/ --save-to-db

An interrupted run continues where it stopped when the same command is run again.
Needs glue:GetDatabases, glue:GetTables, glue:GetPartitions (and glue:GetTags with --tags).`,
    );
}

function asRegion(text: string): string {
  if (/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(text)) return text;
  throw new InvalidArgumentError(`'${text}' is no AWS region; a region reads like eu-central-1.`);
}

function asUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new InvalidArgumentError(`'${text}' is no endpoint; it reads like http://127.0.0.1:5000.`);
}

function asGlobs(text: string): readonly string[] {
  const globs = text.split(',').map((glob) => glob.trim());
  if (globs.every((glob) => glob !== '')) return globs;
  throw new InvalidArgumentError('it is a list of names or globs with commas between them, such as "sales_*,logs".');
}

function asCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError(`'${text}' is outside 1 to 100.`);
}
