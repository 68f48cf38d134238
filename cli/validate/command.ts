import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { helpText } from '../help-text.js';
import type { ValidationType } from '../../state/index.js';
import { allChecks } from '../../validation/checks/all-checks.js';
import type { Register } from '../program.js';
import {
  assessmentOption,
  mappingOption,
  storedAssessmentHelp,
  terraformOption,
  variableOption,
} from '../template-options.js';
import { storeEnvironment } from '../store-environment.js';
import { partitionOption } from './partition-option.js';
import type { CertificateOptions } from './report.js';
import type { ValidateOptions } from './run.js';

export const registerValidate: Register = (program, io, done) => {
  const validate = program
    .command('validate')
    .description('prove that moved tables hold the same rows, by hashes of all rows on both sides');

  withSides(validate.command('table <tables...>'))
    .description('validate some tables, named database.table')
    .addOption(
      new Option(
        '--partition <key=value,…>',
        'compare only this partition (repeatable); the table is then not certified',
      )
        .default([], 'all')
        .argParser(partitionOption),
    )
    .option(
      '--columns <names>',
      'compare only these columns and the partition columns (default: as the mapping says)',
      list,
    )
    .addHelpText(
      'after',
      helpText({
        notes: [resyncHelp],
        reads: 'the assessment report, the mapping, the store, and every row of the tables on both sides.',
        writes:
          'results to the store and, with --resync, objects to the target. The query engines of both sides only read.',
        environment: validationEnvironment,
        exitsOne: 'a check failed, or nothing was validated',
        examples: [
          'validate table sales.orders --assessment out/ --mapping mappings/acme.yaml --trino-url https://trino.acme.example:8443 --resync',
        ],
      }),
    )
    .action(async (tables: readonly string[], options: ValidateOptions) => {
      io.stderr.write(`Reading ${options.assessment} and the mapping …\n`);
      const { validateTables } = await import('./run.js');
      done(await validateTables(tables, options, io));
    });

  withSides(validate.command('all'))
    .description('validate all tables of the Plan; a table that was not moved counts as failed')
    .addHelpText(
      'after',
      helpText({
        notes: [resyncHelp],
        reads: 'the assessment report, the mapping, the store, and every row of the tables on both sides.',
        writes:
          'results to the store and, with --resync, objects to the target. The query engines of both sides only read.',
        environment: validationEnvironment,
        exitsOne: 'a check failed, a table was not moved, or nothing was validated',
        examples: [
          'validate all --assessment out/ --mapping mappings/acme.yaml --trino-url https://trino.acme.example:8443',
        ],
      }),
    )
    .action(async (options: Omit<ValidateOptions, 'partition'>) => {
      io.stderr.write(`Reading ${options.assessment} and the mapping …\n`);
      const { validateTables } = await import('./run.js');
      done(await validateTables('all', { ...options, partition: [] }, io));
    });

  validate
    .command('status [assessment]')
    .description('show which tables are still to be validated, and the newest results (default: the latest assessment)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          "Shows the newest result of each check of each validated table ('passed', 'warning' or 'failed'), the difference of those that did not pass, and which validations have not ended yet. --json has all findings.",
          'It validates nothing, and exits 0 whatever the results are: validate table and validate all exit 1 when a check fails, validate report when a table is not certified.',
          storedAssessmentHelp,
        ],
        reads: 'the store.',
        writes: 'nothing.',
        environment: storeEnvironment,
        examples: ['validate status', 'validate status assessment-1a2b3c --json'],
      }),
    )
    .action(async (assessment: string | undefined, options: { readonly json: boolean }) => {
      const { showValidations } = await import('./open-validations.js');
      done(await showValidations(assessment ?? 'latest', options, io));
    });

  validate
    .command('cancel [assessment]')
    .description('cancel validations that have not ended (default: those of the latest assessment)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        notes: [storedAssessmentHelp],
        reads: 'the store.',
        writes: 'the cancelled jobs to the store; results of other validations stay.',
        examples: ['validate cancel'],
      }),
    )
    .action(async (assessment: string | undefined, options: { readonly json: boolean }) => {
      const { cancelValidations } = await import('./open-validations.js');
      done(await cancelValidations(assessment ?? 'latest', options, io));
    });

  validate
    .command('report')
    .description('write the certificate of a migration: signed JSON, a list of all tables, Markdown and a PDF')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .addOption(terraformOption())
    .option('-o, --output <folder>', 'folder of the certificate', 'certificate')
    .option(
      '--key <file>',
      'private Ed25519 key to sign with, as written by ssh-keygen, or the public key of one in ssh-agent',
    )
    .option('--exceptions <file>', 'YAML list of signed exceptions (docs/certificate.md)')
    .option('--no-pdf', 'write no PDF')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads: 'the assessment report, the mapping, the results in the store, and the key.',
        writes: 'certificate.json with its signature, tables.ndjson, Markdown and a PDF to the folder of --output.',
        environment: [
          'DATABASE_URL      the store of the migration',
          'SSH_AUTH_SOCK     agent that signs if --key is a public key',
        ],
        exitsOne:
          'something is not certified (the certificate is still written, and names it), or the certificate cannot be written',
        examples: [
          'validate report --assessment out/ --mapping mappings/acme.yaml --key ~/.ssh/id_ed25519 --output out/certificate',
        ],
      }),
    )
    .action(async (options: CertificateOptions) => {
      const { certify } = await import('./report.js');
      done(await certify(options, io));
    });
};

const validationEnvironment: readonly string[] = [
  'AWS_PROFILE, AWS_ACCESS_KEY_ID, …    credentials of Athena, as the AWS SDK finds them',
  'A2O_TRINO_PASSWORD, A2O_TRINO_CA_FILE, A2O_TRINO_SERVER_NAME   how to sign in to Trino',
  'A2O_SOURCE_TRINO_PASSWORD, …         the same for a Trino that reads the source',
  'DATABASE_URL                         the store of the migration',
];

const resyncHelp =
  '--resync also needs the environment of aws2openstack migrate worker: A2O_TARGET_ACCESS_KEY_ID, A2O_TARGET_SECRET_ACCESS_KEY and so on.';

function withSides(command: Command): Command {
  return command
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .addOption(
      new Option('--trino-url <url>', "URL of the target's Trino")
        .env('A2O_TRINO_URL')
        .makeOptionMandatory()
        .argParser(url),
    )
    .option('--trino-user <name>', 'user that reads everything there', 'admin')
    .addOption(
      new Option('--source-trino-url <url>', 'URL of a Trino that reads Glue (default: Athena)')
        .env('A2O_SOURCE_TRINO_URL')
        .argParser(url),
    )
    .option('--source-trino-user <name>', 'user that reads everything there', 'admin')
    .option('--source-hive-catalog <name>', "its catalog for Glue's Hive tables", 'hive')
    .option('--source-iceberg-catalog <name>', "its catalog for Glue's Iceberg tables", 'iceberg')
    .option('--athena-workgroup <name>', 'Athena workgroup for queries of the source', 'primary')
    .option('--athena-output <s3 uri>', "folder for Athena's results (default: that of the workgroup)")
    .addOption(
      new Option(
        '--checks <names>',
        `checks to run, separated by commas: ${allChecks.join(', ')} (default: those of the mapping, or all)`,
      ).argParser(checkNames),
    )
    .option('--sample-rows <number>', 'approximate number of rows to compare value by value (default: 1000)', rows)
    .addOption(
      new Option('--resync', 'copy again what differs, and validate it again').default(false).conflicts('wait'),
    )
    .option('--restart', 'cancel validations of these tables that have not ended, instead of continuing them', false)
    .option('--no-wait', 'hand the tables to workers (aws2openstack migrate worker --validations), and exit')
    .option('--queries <file>', 'YAML file of test queries (docs/validation.md)')
    .option('--concurrency <tables>', 'tables at a time', count, 4)
    .option('--json', 'print JSON instead of text', false);
}

function checkNames(text: string): readonly ValidationType[] {
  const wanted = list(text);
  const chosen = allChecks.filter((name) => wanted.includes(name));
  if (chosen.length === new Set(wanted).size) return chosen;
  throw new InvalidArgumentError(`It must be one or more of ${allChecks.join(', ')}, separated by commas.`);
}

function list(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function rows(text: string): number {
  return wholeNumber(text, 1_000_000);
}

function url(text: string): string {
  if (/^https?:\/\/[^\s/?#@]+\/?$/i.test(text) && URL.canParse(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError(
    'It must be an http or https URL without a path, such as https://trino.acme.example:8443.',
  );
}

function count(text: string): number {
  return wholeNumber(text, 64);
}

function wholeNumber(text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
}
