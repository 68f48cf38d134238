import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import { formatCatalogId, parseCatalogId } from '../../assessments/classification/catalog-id.js';
import { fileNames } from '../../assessments/glue-catalog/file-names.js';
import { parseGlob, splitGlobs } from '../../core/glob.js';
import type { Register } from '../program.js';
import { asRegion, asUrl } from './arguments.js';
import { s3Command } from './s3/command.js';
import type { S3AssessFlags } from './s3/run.js';
import type { GlueCatalogFlags } from './run.js';

export const registerAssess: Register = (program, io, done) => {
  const assess = program.command('assess').description('take inventory of AWS (read-only)');
  glueCatalogCommand(assess).action(async (flags: GlueCatalogFlags) => {
    const { assessGlue } = await import('./run.js');
    done(await assessGlue(flags, io));
  });
  s3Command(assess).action(async (flags: S3AssessFlags) => {
    const { assessBuckets } = await import('./s3/run.js');
    done(await assessBuckets(flags, io));
  });
};

function glueCatalogCommand(assess: Command): Command {
  return assess
    .command('glue-catalog')
    .description('assess databases, tables and partitions of a Glue Data Catalog (read-only)')
    .option('--region <region>', 'AWS region (default: AWS_REGION or the region of the profile)', asRegion)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option(
      '--endpoint-url <url>',
      'endpoint to use instead of the AWS default, such as an emulator or a VPC endpoint',
      asUrl,
    )
    .option(
      '--catalog-id <id>',
      "catalog to assess, such as 123456789012:s3tablescatalog/lake (default: the account's default catalog)",
      asCatalogId,
    )
    .requiredOption('--output-dir <folder>', `folder for ${fileNames.report} and its companion files`)
    .option(
      '--databases <globs>',
      'assess only databases that match, such as "sales_*,{logs,events}"; the report names the filter',
      asGlobs,
    )
    .option('--tags', 'also read the tags of databases (one more call per database)', false)
    .addOption(
      new Option('--sizes <source>', 'source of table sizes: a listing of the folders in S3, or the catalog')
        .choices(['listing', 'catalog'])
        .default('listing'),
    )
    .option('--s3-endpoint-url <url>', 'S3 endpoint (default: --endpoint-url, unless that is an AWS endpoint)', asUrl)
    .option('--strict', 'fail without writing anything if something cannot be read', false)
    .option('--fresh', 'discard the checkpoint of an interrupted run', false)
    .option(
      '--save-to-db',
      'store the assessment, or fail; without this option, storing is attempted if DATABASE_URL is set',
      false,
    )
    .addOption(
      new Option('--max-attempts <number>', 'maximum number of attempts per call').default(10).argParser(asCount),
    )
    .option('--json', 'print the summary as JSON', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'To continue an interrupted run where it stopped, run the same command again.',
          'Permissions: glue:GetDatabases, glue:GetTables, glue:GetPartitions (and glue:GetTags with --tags). With s3:ListBucket, the report has the size of every table; without it, use --sizes catalog. With glue:GetCatalogs, the report also names the other catalogs of the account, which it does not contain. docs/iam/assess.json is a policy with all of them.',
        ],
        reads:
          'the Glue Data Catalog and, for sizes, listings of the folders of its tables. It changes nothing at AWS.',
        writes: `${fileNames.report}, its companion files and a checkpoint to the folder of --output-dir; with --save-to-db, a copy in the store.`,
        environment: [
          'AWS_PROFILE, AWS_ACCESS_KEY_ID, …    credentials, as the AWS SDK finds them',
          'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL    endpoints, where the options name none',
          'DATABASE_URL                         the store on a PostgreSQL server',
        ],
        exitsOne:
          'nothing could be read or written or, with --save-to-db, stored; a table that is denied is a finding, not a failure',
        examples: [
          'assess glue-catalog --region eu-central-1 --profile lake --output-dir out/',
          `plan --assessment out/${fileNames.report}`,
          'assess glue-catalog --region eu-central-1 --output-dir out/ --save-to-db',
        ],
      }),
    );
}

function asGlobs(text: string): readonly string[] {
  const globs = splitGlobs(text);
  if (globs.some((glob) => glob === ''))
    throw new InvalidArgumentError('It must be a comma-separated list of names or globs, such as "sales_*,logs".');
  for (const glob of globs) {
    const parsed = parseGlob(glob);
    if (!parsed.ok)
      throw new InvalidArgumentError(
        `${parsed.error}. Allowed: * ? [a-z] [!a-z] {a,b}, such as "sales_*,{logs,events}".`,
      );
  }
  return globs;
}

function asCatalogId(text: string): string {
  const { account, path } = parseCatalogId(text);
  if (/^[^\s:]*$/.test(path) && (account !== null || path.includes('/'))) return formatCatalogId({ account, path });
  throw new InvalidArgumentError(
    'It must be an account, such as 123456789012, or a catalog of one, such as 123456789012:s3tablescatalog/lake; `aws glue get-catalogs --recursive` lists them.',
  );
}

function asCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 to 100.');
}
