import { App } from 'cdktf';
import { join } from 'node:path';
import { formatDiagnostic } from './core/diagnostic.js';
import type { Diagnostic } from './core/diagnostic.js';
import { fail, ok } from './core/result.js';
import type { Result } from './core/result.js';
import { planFromFiles } from './mappings/index.js';
import type { PlanFiles } from './mappings/index.js';
import { failedRules, layOutLakehouse } from './stacks/index.js';

/**
 * The CDKTF app: assessment + mapping → Plan → stacks. `cdktf synth` and `cdktf deploy` run it.
 * Inputs: the context keys `assessment`, `mapping` and `vars` of cdktf.json, or A2O_ASSESSMENT, A2O_MAPPING and A2O_VARS
 * (a JSON object of texts), which win. With neither, the demo's assessment is laid out by the default template.
 */
async function synth(app: App): Promise<readonly Diagnostic[]> {
  const files = inputsOf(app);
  if (!files.ok) return files.error;
  const planned = await planFromFiles(files.value);
  if (!planned.ok) return planned.error;
  layOutLakehouse(app, planned.value.plan);
  const problems = failedRules(app);
  if (problems.length === 0) app.synth();
  return problems;
}

function inputsOf(app: App): Result<PlanFiles> {
  const context = (key: string): unknown => app.node.tryGetContext(key) as unknown;
  const text = (key: string, variable: string): string | undefined =>
    process.env[variable] ?? (context(key) as string | undefined);
  const variables = variablesOf(process.env['A2O_VARS'], context('vars'));
  if (!variables.ok) return variables;
  const demo = join(import.meta.dirname, 'examples', 'demo', 'glue-catalog-assessment.json');
  return ok({
    assessment: text('assessment', 'A2O_ASSESSMENT') ?? demo,
    mapping: text('mapping', 'A2O_MAPPING') ?? 'default',
    variables: variables.value,
  });
}

function variablesOf(json: string | undefined, context: unknown): Result<Record<string, string>> {
  try {
    const value: unknown = json === undefined ? (context ?? {}) : JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return ok(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])));
    }
  } catch {
    // What follows says what is wrong with it.
  }
  return fail([
    {
      code: 'bad-variables',
      severity: 'error',
      path: json === undefined ? 'context vars' : 'A2O_VARS',
      message: `The variables are no JSON object: ${json ?? JSON.stringify(context)}.`,
      fix: `Write them like '{"team":"sales"}'.`,
    },
  ]);
}

const problems = await synth(new App());
for (const problem of problems) console.error(formatDiagnostic(problem));
if (problems.length > 0) process.exitCode = 1;
