import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { helpText } from '../help-text.js';
import { migrationUser } from '../../core/machine-users.js';
import { logOption } from '../log-option.js';
import type { Register } from '../program.js';
import { storeEnvironment } from '../store-environment.js';
import { positiveNumber } from '../positive-number.js';
import {
  assessmentOption,
  mappingOption,
  storedAssessmentHelp,
  terraformOption,
  variableOption,
} from '../template-options.js';
import type { MigratePlanOptions } from './plan.js';
import type { StartOptions } from './start.js';
import type { StatusOptions } from './status.js';
import type { SteerOptions } from './steer.js';
import type { WorkerFlags } from './worker.js';

export const registerMigrate: Register = (program, io, done) => {
  const migrate = program
    .command('migrate')
    .description(
      'copy the data and register the tables in Trino; every object is verified, and an interrupted run can be continued',
    );

  withSource(withFiles(migrate.command('plan')))
    .description('show the tables of a migration with engine, size, time and cost (read-only)')
    .option('--no-listing', 'use the sizes in the assessment instead of listing the buckets')
    .option('--rate <MB/s>', 'expected rate of all workers together (default: 100)', positiveNumber)
    .addOption(
      new Option(
        '--measure',
        'read source objects for 10 seconds, and use the measured rate in the estimate',
      ).conflicts(['rate']),
    )
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads:
          'the assessment report, the mapping, the buckets of the source and, with --measure, some of their objects.',
        writes: 'nothing.',
        environment: runEnvironment,
        examples: ['migrate plan --assessment out/ --mapping mappings/acme.yaml'],
      }),
    )
    .action(async (options: MigratePlanOptions) => {
      const { planMigration } = await import('./plan.js');
      done(await planMigration(options, io));
    });

  withLimits(withSource(withFiles(migrate.command('start'))))
    .description('hand the jobs of all tables to workers; run it again to change limits or to add tables')
    .addOption(
      new Option('--trino-url <url>', "URL of the target's Trino, such as https://trino.acme.example:8443")
        .env('A2O_TRINO_URL')
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--trino-user <name>', 'user that registers the tables').env('A2O_TRINO_USER').default(migrationUser),
    )
    .addOption(terraformOption())
    .option('--no-check', 'skip the check of the permissions and services of both sides')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText(
      'after',
      helpText({
        reads:
          'the assessment report, the mapping, the buckets of the source and, unless --no-check, services of both sides.',
        writes: 'the run and the jobs of its tables to the store. Workers copy; this command does not.',
        environment: runEnvironment,
        examples: [
          'migrate start --assessment out/ --mapping mappings/acme.yaml --trino-url https://trino.acme.example:8443',
          'migrate worker --until-done',
        ],
      }),
    )
    .action(async (options: StartOptions) => {
      const { startMigration } = await import('./start.js');
      done(await startMigration(options, io));
    });

  migrate
    .command('worker')
    .description(
      'copy and register the tables of started migrations, until stopped; any number of workers may run, on several machines',
    )
    .option('--concurrency <jobs>', 'tables at a time', count, 4)
    .option(
      '--processes <number>',
      "processes, to use more cores, or 'cores' for one per core (more than 1 needs a PostgreSQL server: DATABASE_URL)",
      processCount,
      1,
    )
    .option('--until-done', 'exit when no job is left to work on', false)
    .option('--validations', 'also run the validations that `validate --no-wait` has handed over', false)
    .option(
      '--cloudwatch',
      'also read CloudWatch metrics of DMS, DataSync and Glue every minute, for the dashboard',
      false,
    )
    .addOption(logOption())
    .option('--read-back <share>', 'share of the objects to read back from the target, 0 to 1 (1: all)', share, 0.01)
    .addHelpText(
      'after',
      helpText({
        reads: 'jobs from the store, objects from the source, and tables of Trino.',
        writes: 'objects to the target, tables to Trino, and progress to the store. Nothing at the source changes.',
        environment: [
          ...runEnvironment,
          'A2O_VALIDATION_TRINO_PASSWORD        with --validations: password of the user who reads everything (default: A2O_TRINO_PASSWORD)',
          'DATABASE_URL                         the store; without it, the embedded one, which only one process at a time can use',
        ],
        exitsZero: 'it was stopped by SIGTERM or Ctrl-C or, with --until-done, no job is left to work on',
        exitsOne: 'it cannot continue, for example without its store; migrate status shows the failed tables',
        examples: ['migrate worker --until-done', 'migrate worker --processes cores --log json'],
      }),
    )
    .action(async (options: WorkerFlags) => {
      const { workOnJobs } = await import('./worker.js');
      done(await workOnJobs(options, io));
    });

  migrate
    .command('status [assessment]')
    .description('show the tables of a migration, their progress and failures (default: of the latest assessment)')
    .option('--all', 'also list the completed tables', false)
    .option('--watch', 'refresh every few seconds, until all tables are done', false)
    .option('--json', 'print JSON instead of text; with --watch, one line per refresh', false)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Shows one line for the whole migration, and one for each table that is not done (--all: for each): its status, its phase, the objects and bytes that have arrived, its rate and what limits that, and why it failed.',
          "A table that is 'waiting' goes on by itself, at the latest at the time of its next attempt. One that is 'paused' waits for a person: migrate resume continues it. One that 'failed' is tried again by migrate retry. Objects that are 'gone' were deleted at the source, those that are 'refused' cannot be stored at the target.",
          storedAssessmentHelp,
        ],
        reads: 'the store.',
        writes: 'nothing.',
        environment: storeEnvironment,
        examples: ['migrate status --watch', 'migrate status assessment-1a2b3c --all --json'],
      }),
    )
    .action(async (assessment: string | undefined, options: StatusOptions) => {
      const { showMigration } = await import('./status.js');
      done(await showMigration(assessment ?? 'latest', options, io));
    });

  const steerings = {
    pause: 'pause tables; their workers stop at the next checkpoint',
    resume: 'continue tables that are paused or wait for a person',
    retry: 'retry tables that failed or were cancelled; tables that wait for their next attempt are tried now',
    cancel: 'cancel the migration of tables; what was copied stays',
  } as const;
  for (const [steering, description] of Object.entries(steerings))
    migrate
      .command(`${steering} [tables...]`)
      .description(description)
      .option('-a, --assessment <id>', "the run: the id of its assessment, its report or the report's folder", 'latest')
      .option('--all', 'all tables for which that is possible', false)
      .option('--json', 'print JSON instead of text', false)
      .addHelpText(
        'after',
        helpText({
          reads: 'the store.',
          writes: steeringEffects[steering as keyof typeof steerings],
          exitsOne: 'a table that was named has no job, or its status does not allow it; standard error names each',
          examples: [`migrate ${steering} sales.orders`, `migrate ${steering} --all`],
        }),
      )
      .action(async (tables: readonly string[], options: SteerOptions, command: Command) => {
        if (tables.length > 0 && options.all) command.error('error: give names of tables or --all, not both');
        if (tables.length === 0 && !options.all)
          command.error(`error: name tables, such as sales.orders, or give --all`);
        const { steerMigration } = await import('./steer.js');
        done(await steerMigration(steering as keyof typeof steerings, tables, options, io));
      });
};

const runEnvironment: readonly string[] = [
  'AWS_PROFILE, AWS_ACCESS_KEY_ID, …    credentials of the source, as the AWS SDK finds them',
  "A2O_TARGET_ACCESS_KEY_ID, A2O_TARGET_SECRET_ACCESS_KEY   keys of the target's object store",
  'A2O_TARGET_CA_FILE                   PEM file of the authority that signed its certificate',
  'OS_CLOUD, or OS_AUTH_URL, …          credentials to copy to Swift through its own API, which accepts every key',
  'A2O_RCLONE                           path of rclone (default: the one in PATH)',
  'A2O_TRINO_PASSWORD, A2O_TRINO_CA_FILE, A2O_TRINO_SERVER_NAME   how to sign in to Trino',
];

const steeringEffects = {
  pause: 'the new status of the jobs to the store; what was copied stays.',
  resume: 'the new status of the jobs to the store.',
  retry: 'the new status of the jobs to the store; what was copied is not copied again.',
  cancel: 'the new status of the jobs to the store; it removes unfinished uploads from the target.',
} as const;

function withFiles(command: Command): Command {
  return command.addOption(assessmentOption()).addOption(mappingOption()).addOption(variableOption());
}

function withSource(command: Command): Command {
  return command
    .option(
      '--source-endpoint-url <url>',
      'S3 endpoint of the source (default: that of the run, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon S3)',
      url,
    )
    .option(
      '--source-region <region>',
      'region of its buckets (default: that of the run, or of the assessment)',
      region,
    )
    .option('--requester-pays', 'pay for requests to Requester Pays buckets, which refuse all others');
}

function withLimits(command: Command): Command {
  return command
    .option('--objects-at-once <number>', 'objects of each table to copy at a time', count)
    .option('--parts-at-once <number>', 'parts of a large object at a time', count)
    .option('--bandwidth <MB/s>', 'bandwidth limit for each table', positiveNumber)
    .option('--hours <from-to>', 'hours of the day (UTC) in which to copy, such as 22:00-06:00, or all');
}

function url(text: string): string {
  if (/^https?:\/\/[^\s/?#@]+\/?$/i.test(text) && URL.canParse(text)) return text.replace(/\/$/, '');
  throw new InvalidArgumentError('It must be an http or https URL without a path, such as http://127.0.0.1:5000.');
}

function region(text: string): string {
  if (/^[a-z0-9-]{2,40}$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be a region, such as eu-central-1.');
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1024) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1024.');
}

function processCount(text: string): number {
  return text === 'cores' ? availableParallelism() : count(text);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}
