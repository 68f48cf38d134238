import { contentSha256 } from '../assessments/report-file/layout.js';
import { canonicalJson, sha256 } from '../core/canonical-json.js';
import type { PlannedFiles } from './plan-from-files.js';

/** SHA-256 of the inputs of a Plan, lower-case hexadecimal. */
export interface InputHashes extends Readonly<Record<string, string>> {
  /** The content of the report, and when it was made. */
  readonly assessment: string;
  /** The texts of the template and of those that it extends, with the values of its variables. */
  readonly mapping: string;
}

export function inputHashes({ assessment, template }: Pick<PlannedFiles, 'assessment' | 'template'>): InputHashes {
  const content = assessment.contentSha256 ?? contentSha256(assessment);
  return { assessment: sha256(canonicalJson([content, assessment.assessedAt])), mapping: template.sha256 };
}
