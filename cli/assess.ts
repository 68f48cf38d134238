import { diagnostic } from '../core/diagnostic.js';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { join } from 'node:path';
import { assessGlueCatalog, connectGlue, fileNames } from '../assessments/index.js';
import type { Assessment } from '../assessments/index.js';
import { compileGlobs } from '../core/glob.js';
import type { Result } from '../core/result.js';
import { printSummary } from './assess-summary.js';
import { asNotStored, wantsStoring } from '../state/index.js';
import { printDiagnostics } from './io.js';
import type { CliIo } from './io.js';
import type { Register } from './program.js';
import { showProgress } from './progress.js';
import { saveAssessment } from './save-assessment.js';
import type { StoredAs } from '../state/index.js';

interface GlueCatalogFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly outputDir: string;
  readonly databases?: readonly string[];
  readonly tags: boolean;
  readonly strict: boolean;
  readonly fresh: boolean;
  readonly saveToDb: boolean;
  readonly maxAttempts: number;
  readonly json: boolean;
}

export const registerAssess: Register = (program, io, done) => {
  const assess = program.command('assess').description('Stage 1: find out what AWS has. Reads only.');
  glueCatalogCommand(assess).action(async (flags: GlueCatalogFlags) => {
    const assessed = await runAssess(flags, io, program.version() ?? '');
    if (!assessed.ok) {
      printDiagnostics(io, assessed.error);
      done(1);
      return;
    }
    printDiagnostics(
      io,
      assessed.value.findings
        .filter(({ severity }) => severity === 'error')
        .map(({ code, asset, message, fix }) => diagnostic({ code, severity: 'warning', path: asset, message, fix })),
    );
    const saved = await trySaving(flags, io, assessed.value);
    printSummary(io, assessed.value, { folder: flags.outputDir, saved, json: flags.json });
  });
};

/** The files are what was asked for: a database that fails takes nothing from them. */
async function trySaving(flags: GlueCatalogFlags, io: CliIo, assessment: Assessment): Promise<StoredAs | null> {
  if (!wantsStoring(io.env, flags.saveToDb)) return null;
  const saved = await saveAssessment(io, 'assess glue-catalog', assessment);
  if (saved.ok) return saved.value;
  printDiagnostics(io, asNotStored(saved.error, 'The assessment was written to files'));
  return null;
}

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

async function runAssess(flags: GlueCatalogFlags, io: CliIo, version: string): Promise<Result<Assessment>> {
  const { endpointUrl: endpoint } = flags;
  const profile = flags.profile ?? io.env['AWS_PROFILE'];
  const glue = await connectGlue({
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  if (!glue.ok) return glue;
  const interrupt = new AbortController();
  const onSignal = (): void => {
    interrupt.abort();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const view = showProgress(io);
  try {
    return await assessGlueCatalog(glue.value.api, {
      region: glue.value.region,
      endpoint,
      profile,
      outputDir: flags.outputDir,
      databases: { text: flags.databases?.join(',') ?? null, selects: selector(flags.databases) },
      withTags: flags.tags,
      strict: flags.strict,
      fresh: flags.fresh,
      toolVersion: version,
      now: new Date(),
      limits: { maxAttempts: flags.maxAttempts, baseDelayMs: 200, random: Math.random },
      signal: interrupt.signal,
      onOpening: (opening) => {
        if (opening !== 'new')
          io.stderr.write(`${openingTexts[opening]} (${join(flags.outputDir, fileNames.checkpoint)})\n`);
      },
      onProgress: (progress) => {
        view.update(progress);
      },
    });
  } finally {
    view.stop();
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
    glue.value.close();
  }
}

const openingTexts = {
  resumed: 'Continuing an interrupted run',
  'other-run': 'Starting anew: the checkpoint is of another region, endpoint, filter or version',
  damaged: 'Starting anew: the checkpoint is damaged',
} as const;

/** A database's name may hold any character, so a dot or a slash in it is matched like a letter. */
function selector(globs: readonly string[] | undefined): (name: string) => boolean {
  return globs === undefined ? () => true : compileGlobs(globs);
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
