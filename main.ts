#!/usr/bin/env node
import { App } from 'cdktf';
import { join } from 'node:path';
import { writeDiagnostics } from './core/diagnostic.js';
import type { Diagnostic } from './core/diagnostic.js';
import { ok } from './core/result.js';
import { toolVersion } from './core/tool-version.js';
import type { Result } from './core/result.js';
import { namesAuthorities } from './core/trust/index.js';
import { trustEnvironment } from './core/trust/trust-environment.js';
import { givenVariables, inputHashes, planFromFiles } from './mappings/index.js';
import type { PlanFiles } from './mappings/index.js';
import { editedWarnings, writeTerraform } from './stacks/index.js';
import { asNotStored, wantsStoring } from './state/recording/stored-as.js';

/**
 * The CDKTF app: assessment + mapping → Plan → stacks. `cdktf synth` and `cdktf deploy` run it.
 * Inputs: the context keys `assessment`, `mapping` and `vars` of cdktf.json, or A2O_ASSESSMENT, A2O_MAPPING and A2O_VARS
 * (a JSON object of texts), which take precedence. With neither, it synthesizes the demo with the default template.
 * With DATABASE_URL or A2O_SAVE_TO_DB=1, the store records which Terraform was made from which assessment.
 */
async function synth(app: App): Promise<readonly Diagnostic[]> {
  const untrusted = namesAuthorities(process.env) ? trustEnvironment(process.env) : [];
  if (untrusted.length > 0) return untrusted;
  const files = inputsOf(app);
  if (!files.ok) return files.error;
  const planned = await planFromFiles(files.value);
  if (!planned.ok) return planned.error;
  writeDiagnostics(process.stderr, planned.value.warnings);
  // cdktf prints the constructs' warnings.
  const written = await writeTerraform(planned.value.plan, app.outdir, inputHashes(planned.value));
  if (!written.ok) return written.error;
  writeDiagnostics(process.stderr, editedWarnings(app.outdir, written.value.edited));
  if (wantsStoring(process.env, process.env['A2O_SAVE_TO_DB'] === '1')) {
    // Loaded only where there is a store, because it takes longer than a small synth.
    const { recordSynth } = await import('./state/recording/record-synth.js');
    const recorded = await recordSynth(process.env, planned.value, { folder: app.outdir, toolVersion: toolVersion() });
    if (!recorded.ok) writeDiagnostics(process.stderr, asNotStored(recorded.error, 'The Terraform was written'));
  }
  return [];
}

function inputsOf(app: App): Result<PlanFiles> {
  const context = (key: string): unknown => app.node.tryGetContext(key) as unknown;
  const text = (key: string, variable: string): string | undefined =>
    process.env[variable] ?? (context(key) as string | undefined);
  const inContext = context('vars');
  const json = process.env['A2O_VARS'] ?? (inContext === undefined ? undefined : JSON.stringify(inContext));
  const variables = givenVariables(json, process.env['A2O_VARS'] === undefined ? 'context vars' : 'A2O_VARS');
  if (!variables.ok) return variables;
  const demo = join(import.meta.dirname, 'examples', 'demo', 'glue-catalog-assessment.json');
  const assessment = text('assessment', 'A2O_ASSESSMENT');
  if (assessment === undefined)
    console.error('A2O_ASSESSMENT is not set: this synthesizes the demo, not your catalog.');
  return ok({
    assessment: assessment ?? demo,
    mapping: text('mapping', 'A2O_MAPPING') ?? 'default',
    variables: variables.value,
  });
}

const problems = await synth(new App());
writeDiagnostics(process.stderr, problems);
if (problems.length > 0) process.exitCode = 1;
