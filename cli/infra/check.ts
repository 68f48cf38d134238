import type { Diagnostic } from '../../core/diagnostic.js';
import { locateSetting, planFromFiles } from '../../mappings/index.js';
import { checkCloud, needsOf } from '../../openstack/preflight/index.js';
import { openSession } from '../../openstack/session/index.js';
import { terraformDocuments } from '../../stacks/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describeNeeds } from './view.js';

export interface InfraCheckOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** Finds what `terraform apply` would fail with; each problem names the place in the mapping to change. */
export async function checkInfra(options: InfraCheckOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...options, variables: options.var });
  if (!planned.ok) return failed(io, planned.error);
  const { plan } = planned.value;
  const documents = terraformDocuments(plan);
  if (!documents.ok) return failed(io, documents.error);
  const needs = needsOf(documents.value);

  const session = await openSession(io.env, plan.target.region, plan.target.trust?.authorities);
  const problems = session.ok
    ? (await checkCloud(session.value, plan, needs)).map((problem) => withPlace(problem, options.mapping))
    : session.error;
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (options.json === true) io.stdout.write(`${JSON.stringify({ kind: 'InfraCheck', needs, problems })}\n`);
  else {
    printDiagnostics(io, problems);
    const isWhole = !problems.some(({ code }) => code === 'not-checked');
    if (!hasErrors) io.stdout.write(describeNeeds(needs, isWhole));
  }
  return hasErrors ? 1 : 0;
}

/** A problem of a setting names the setting; its line is only known here. */
function withPlace(problem: Diagnostic, mapping: string): Diagnostic {
  if (problem.at !== undefined || !problem.path.startsWith('/')) return problem;
  const at = locateSetting(mapping, problem.path.slice(1).replaceAll('/', '.'));
  return at === undefined ? problem : { ...problem, at };
}
