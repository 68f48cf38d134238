import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { editedFiles, readMark } from '../../core/synth-mark.js';
import { terraformSha256 } from '../../state/recording/record-synth.js';
import { deleteAssessment, dependentsOf, findingsOf, listAssessments } from '../../state/repositories/assessments.js';
import { compareAssessments } from '../../state/repositories/compare-assessments.js';
import { assessmentsOfOutput, transformationResultsOf } from '../../state/repositories/transformation-results.js';
import type { State } from '../../state/store/state.js';
import { useStore } from '../../state/store/use-store.js';
import { failed, printDiagnostics } from '../io.js';
import { givenAssessment } from '../given-assessment.js';
import type { CliIo, ExitCode } from '../io.js';
import {
  describeAssessment,
  describeComparison,
  describeDeletion,
  describeList,
  jsonOfAssessment,
  jsonOfAssessments,
  jsonOfComparison,
  jsonOfDeletion,
  jsonOfList,
} from './view.js';
import type { ShownAssessment } from './view.js';

export interface ListOptions {
  readonly region?: string;
  readonly account?: string;
  readonly limit: number;
  readonly json: boolean;
}

export interface ShowOptions {
  readonly terraform?: string;
  readonly json: boolean;
}

export interface DiffOptions {
  readonly limit: number;
  readonly json: boolean;
}

export interface DeleteOptions {
  readonly yes: boolean;
  readonly json: boolean;
}

export async function listStored({ region, account, limit, json }: ListOptions, io: CliIo): Promise<ExitCode> {
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
    json ? jsonOfList(assessments) : describeList(assessments, { region, account }),
  );
}

export async function showStored(
  reference: string | undefined,
  { terraform, json }: ShowOptions,
  io: CliIo,
): Promise<ExitCode> {
  if (reference !== undefined && terraform !== undefined) {
    printDiagnostics(io, [oneOfBoth()]);
    return 2;
  }
  const found = await useStore(io.env, { access: 'read', command: 'assessments show' }, async (state) => {
    const references = terraform === undefined ? ok([reference ?? 'latest']) : await madeInto(state, terraform);
    if (!references.ok) return references;
    const shown: ShownAssessment[] = [];
    for (const each of references.value) {
      const assessment = await givenAssessment(state, each);
      if (!assessment.ok) return assessment;
      const { id } = assessment.value;
      const synths = await transformationResultsOf(state, { assessmentId: id, limit: 20 });
      shown.push({ assessment: assessment.value, findings: await findingsOf(state, id), synths });
    }
    return ok(shown);
  });
  return print(io, found, (shown) => {
    if (!json) return shown.map(describeAssessment).join('\n');
    const [first] = shown;
    return terraform === undefined && first !== undefined ? jsonOfAssessment(first) : jsonOfAssessments(shown);
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
    message: `The store has no record of the Terraform in '${folder}' (SHA-256 ${sha256.slice(0, 12)}…).${changedSince(folder)}`,
    fix: 'If it was changed, or generated without --save-to-db, run `aws2openstack synth --save-to-db` again with the same inputs.',
  });
}

/** A sentence where generated files are not as synth wrote them. */
function changedSince(folder: string): string {
  const mark = readMark(folder);
  const edited = mark === null ? [] : editedFiles(folder, mark);
  return edited.length === 0 ? '' : ` Generated files were changed or removed since: ${edited.join(', ')}.`;
}

function oneOfBoth(): Diagnostic {
  return diagnostic({
    code: 'one-of-both',
    path: '--terraform',
    message: 'An assessment and --terraform cannot be combined.',
    fix: 'Remove the assessment argument or `--terraform`.',
  });
}

export async function diffStored(
  before: string,
  after: string,
  { limit, json }: DiffOptions,
  io: CliIo,
): Promise<ExitCode> {
  const compared = await useStore(io.env, { access: 'read', command: 'assessments diff' }, async (state) => {
    const [old, now] = [await givenAssessment(state, before), await givenAssessment(state, after)];
    if (!old.ok) return old;
    if (!now.ok) return now;
    const comparison = await compareAssessments(state, old.value.id, now.value.id, { limit });
    return ok({ before: old.value, after: now.value, comparison });
  });
  return print(io, compared, (found) => (json ? jsonOfComparison(found) : describeComparison(found)));
}

export async function deleteStored(reference: string, { yes, json }: DeleteOptions, io: CliIo): Promise<ExitCode> {
  const removed = await useStore(
    io.env,
    { access: yes ? 'write' : 'read', command: 'assessments delete' },
    async (state) => {
      const assessment = await givenAssessment(state, reference);
      if (!assessment.ok) return assessment;
      const dependents = await dependentsOf(state, assessment.value.id);
      if (yes) await deleteAssessment(state, assessment.value.id);
      return ok({ assessment: assessment.value, dependents });
    },
  );
  return print(io, removed, ({ assessment, dependents }) => {
    const deletion = { assessment, dependents, deleted: yes };
    return json ? jsonOfDeletion(deletion) : describeDeletion(deletion);
  });
}

function print<T>(io: CliIo, result: Result<T>, describe: (value: T) => string): ExitCode {
  if (!result.ok) return failed(io, result.error);
  io.stdout.write(describe(result.value));
  return 0;
}
