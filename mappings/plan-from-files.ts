import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Assessment } from '../assessments/index.js';
// Not through the index, which brings the collector and the AWS SDK with it.
import { readAssessment } from '../assessments/report-file/read-assessment.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { findAuthoritiesOnDisk } from './find-authorities.js';
import { findTemplateOnDisk } from './find-template.js';
import { checkGrantsInPlan } from './grants-in-plan.js';
import { locateSetting } from './locate-setting.js';
import { loadTemplate } from './language/index.js';
import type { Plan } from './plan.js';
import { checkSkippedDatabases } from './skipped-databases.js';
import { resolve } from './resolve/resolve.js';
import { checkTargetInPlan } from './target-in-plan.js';
import type { MappingTemplate } from './template.js';
import { checkValidationInPlan } from './validation-in-plan.js';

export interface PlanFiles {
  /** Path of an assessment report, or of the folder that holds it. */
  readonly assessment: string;
  /** Name of a built-in template, or path of a file. */
  readonly mapping: string;
  /** Values for the template's variables, as texts. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface PlannedFiles {
  readonly assessment: Assessment;
  readonly template: MappingTemplate;
  readonly plan: Plan;
  /** Settings that are allowed but seldom intended. */
  readonly warnings: readonly Diagnostic[];
}

/** Reads both files, resolves them and checks target and grants against the Plan. Problems of both files are reported together. */
export async function planFromFiles({
  assessment: path,
  mapping,
  variables = {},
}: PlanFiles): Promise<Result<PlannedFiles>> {
  const template = loadTemplate(mapping, {
    find: findTemplateOnDisk,
    findAuthorities: findAuthoritiesOnDisk,
    variables,
  });
  const assessment = await readAssessment(reportIn(path));
  if (!template.ok || !assessment.ok) {
    return fail([...(template.ok ? [] : template.error), ...(assessment.ok ? [] : assessment.error)]);
  }
  const plan = resolve(assessment.value, template.value);
  const found = [
    ...checkTargetInPlan(plan, (setting) => locateSetting(mapping, setting)),
    ...checkGrantsInPlan(plan),
    ...checkSkippedDatabases(plan),
    ...checkValidationInPlan(plan),
  ];
  if (found.some(({ severity }) => severity === 'error')) return fail(found);
  return ok({ assessment: assessment.value, template: template.value, plan, warnings: found });
}

function reportIn(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? join(path, 'glue-catalog-assessment.json') : path;
}
