import { Option } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../../help-text.js';
import { s3FileNames } from '../../../assessments/s3/file-names.js';
import { asRegion, asS3Folder, asUrl } from '../arguments.js';

export function s3Command(assess: Command): Command {
  return assess
    .command('s3')
    .description('assess S3 buckets: settings, objects, bytes, storage classes and old versions (read-only)')
    .option('--region <region>', 'AWS region (default: AWS_REGION or the region of the profile)', asRegion)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option('--endpoint-url <url>', 'endpoint to use instead of the AWS default, such as an emulator', asUrl)
    .requiredOption('--output-dir <folder>', `folder for ${s3FileNames.report} and ${s3FileNames.markdown}`)
    .addOption(
      new Option(
        '--bucket <name...>',
        'assess only these buckets (default: all of the account in the region)',
      ).conflicts('assessment'),
    )
    .option(
      '--assessment <file>',
      'assess only the table folders in this `assess glue-catalog` report (file or folder), table by table',
    )
    .option('--no-listing', 'read only settings and named inventories; list no buckets')
    .option(
      '--inventory <uri...>',
      'manifest.json of an S3 Inventory (CSV or Parquet), to read instead of listing its bucket',
    )
    .option(
      '--metadata-table <bucket...>',
      'buckets whose S3 Metadata live inventory table is read instead of listing them',
    )
    .option(
      '--unload-to <uri>',
      's3:// folder that Athena writes the tables of --metadata-table to; the files stay there',
      asS3Folder,
    )
    .option('--workgroup <name>', 'Athena workgroup for --metadata-table', 'primary')
    .option('--fresh', 'discard the checkpoint of an interrupted run', false)
    .option('--json', 'print the summary as JSON', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'To continue an interrupted run, run the same command again: buckets that were finished are not listed again.',
          'docs/iam/assess.json is a policy with the permissions that it uses. Anything that is denied becomes a finding.',
        ],
        reads:
          'the settings of buckets, and their listings, S3 Inventories or S3 Metadata tables. With --unload-to, Athena writes to that folder; otherwise nothing changes at AWS.',
        writes: `${s3FileNames.report}, ${s3FileNames.markdown} and a checkpoint to the folder of --output-dir.`,
        environment: ['AWS_PROFILE, AWS_ACCESS_KEY_ID, …    credentials, as the AWS SDK finds them'],
        exitsOne: 'nothing could be read or written',
        examples: [
          'assess s3 --region eu-central-1 --profile lake --output-dir out/',
          'assess s3 --region eu-central-1 --assessment out/ --output-dir out/',
          'assess s3 --region eu-central-1 --bucket acme-raw --output-dir out/ \\',
          '  --inventory s3://acme-inventory/acme-raw/daily/2026-11-28T01-00Z/manifest.json',
          'assess s3 --region eu-central-1 --bucket acme-raw --output-dir out/ \\',
          '  --metadata-table acme-raw --unload-to s3://acme-scratch/assessment/',
        ],
      }),
    );
}
