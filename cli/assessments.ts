import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Finding } from '../assessments/index.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import {
  assessmentsOfOutput,
  compareAssessments,
  deleteAssessment,
  dependentsOf,
  findAssessment,
  findingsOf,
  listAssessments,
  shownId,
  transformationResultsOf,
  terraformSha256,
  useStore,
} from '../state/index.js';
import type { State, StoredAssessment, TransformationResult } from '../state/index.js';
import { describeAssessment, describeComparison, describeList } from './assessments-text.js';
import { failed, printDiagnostics } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';

interface ListOptions {
  readonly region?: string;
  readonly account?: string;
  readonly limit: number;
  readonly json: boolean;
}

interface ShowOptions {
  readonly terraform?: string;
  readonly json: boolean;
}

interface DiffOptions {
  readonly limit: number;
  readonly json: boolean;
}

interface DeleteOptions {
  readonly yes: boolean;
  readonly json: boolean;
}

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
      done(await list(options, io));
    });
  withJson('show [assessment]', 'one assessment, and the Terraform made of it', 'show latest')
    .option('--terraform <folder>', 'every assessment that the Terraform in this folder was made of (JSON: a list)')
    .action(async (assessment: string | undefined, options: ShowOptions) => {
      done(await show(assessment, options, io));
    });
  withJson('diff <before> <after>', 'databases and tables added, removed and changed', 'diff assessment-1a2b3c latest')
    .addOption(limitOption('how many tables to list'))
    .action(async (before: string, after: string, options: DiffOptions) => {
      done(await diff(before, after, options, io));
    });
  withJson('delete <assessment>', 'delete one and everything that depends on it', 'delete assessment-1a2b3c --yes')
    .option('--yes', 'do it; without it only what would go is said', false)
    .action(async (assessment: string, options: DeleteOptions) => {
      done(await remove(assessment, options, io));
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

async function list({ region, account, limit, json }: ListOptions, io: CliIo): Promise<ExitCode> {
  const found = await useStore(io.env, { access: 'read', command: 'assessments list' }, async (state) =>
    ok(
      await listAssessments(state, {
        limit,
        ...(region === undefined ? {} : { region }),
        ...(account === undefined ? {} : { accountId: account }),
      }),
    ),
  );
  return print(io, found, (assessments) =>
    json ? asJson(assessments.map(withShownId)) : describeList(assessments, { region, account }),
  );
}

interface Shown {
  readonly assessment: StoredAssessment;
  readonly findings: readonly Finding[];
  readonly synths: readonly TransformationResult[];
}

async function show(reference: string | undefined, { terraform, json }: ShowOptions, io: CliIo): Promise<ExitCode> {
  if (reference !== undefined && terraform !== undefined) {
    printDiagnostics(io, [oneOfBoth()]);
    return 2;
  }
  const found = await useStore(io.env, { access: 'read', command: 'assessments show' }, async (state) => {
    const references = terraform === undefined ? ok([reference ?? 'latest']) : await madeInto(state, terraform);
    if (!references.ok) return references;
    const shown: Shown[] = [];
    for (const each of references.value) {
      const assessment = await findAssessment(state, each);
      if (!assessment.ok) return assessment;
      const { id } = assessment.value;
      const synths = await transformationResultsOf(state, { assessmentId: id, limit: 20 });
      shown.push({ assessment: assessment.value, findings: await findingsOf(state, id), synths });
    }
    return ok(shown);
  });
  return print(io, found, (shown) => {
    if (!json) return shown.map((one) => describeAssessment(one.assessment, one.findings, one.synths)).join('\n');
    const documents = shown.map(({ assessment, findings, synths }) => ({
      ...withShownId(assessment),
      findings,
      transformation_results: synths,
    }));
    return asJson(terraform === undefined ? documents[0] : documents);
  });
}

async function madeInto(state: State, folder: string): Promise<Result<readonly string[]>> {
  const sha256 = terraformSha256(folder);
  if (!sha256.ok) return sha256;
  const assessments = await assessmentsOfOutput(state, sha256.value);
  return assessments.length > 0 ? ok(assessments) : fail([unknownTerraform(folder, sha256.value)]);
}

function unknownTerraform(folder: string, sha256: string): Diagnostic {
  return diagnostic({
    code: 'unknown-terraform',
    path: folder,
    message: `No stored synth wrote the Terraform in '${folder}' (SHA-256 ${sha256.slice(0, 12)}…).`,
    fix: 'It was changed since, or made without --save-to-db: run `aws2openstack synth --save-to-db` again with the same inputs.',
  });
}

function oneOfBoth(): Diagnostic {
  return diagnostic({
    code: 'one-of-both',
    path: '--terraform',
    message: 'An assessment and --terraform were given; only one of them says what to show.',
    fix: 'Leave one of them out.',
  });
}

async function diff(before: string, after: string, { limit, json }: DiffOptions, io: CliIo): Promise<ExitCode> {
  const compared = await useStore(io.env, { access: 'read', command: 'assessments diff' }, async (state) => {
    const [old, now] = [await findAssessment(state, before), await findAssessment(state, after)];
    if (!old.ok) return old;
    if (!now.ok) return now;
    const comparison = await compareAssessments(state, old.value.id, now.value.id, { limit });
    return ok({ before: old.value, after: now.value, comparison });
  });
  return print(io, compared, ({ before: old, after: now, comparison }) =>
    json
      ? asJson({ before: withShownId(old), after: withShownId(now), ...comparison })
      : describeComparison(old, now, comparison),
  );
}

async function remove(reference: string, { yes, json }: DeleteOptions, io: CliIo): Promise<ExitCode> {
  const removed = await useStore(
    io.env,
    { access: yes ? 'write' : 'read', command: 'assessments delete' },
    async (state) => {
      const assessment = await findAssessment(state, reference);
      if (!assessment.ok) return assessment;
      const dependents = await dependentsOf(state, assessment.value.id);
      if (yes) await deleteAssessment(state, assessment.value.id);
      return ok({ assessment: assessment.value, dependents });
    },
  );
  return print(io, removed, ({ assessment, dependents }) => {
    if (json) return asJson({ id: shownId(assessment.id), deleted: yes, dependents });
    const what = `${shownId(assessment.id)} (${assessment.total_tables} tables, ${dependents.transformation_results} synth results, ${dependents.migration_jobs} migration jobs, ${dependents.validation_results} validation results)`;
    return yes ? `Deleted ${what}.\n` : `Would delete ${what}. Add --yes to do it.\n`;
  });
}

function withShownId(assessment: StoredAssessment): object {
  const { id, ...rest } = assessment;
  return { id: shownId(id), uuid: id, ...rest };
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function print<T>(io: CliIo, result: Result<T>, describe: (value: T) => string): ExitCode {
  if (!result.ok) return failed(io, result.error);
  io.stdout.write(describe(result.value));
  return 0;
}
