import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reportSha256 } from '../../assessments/report-file/layout.js';
import { sha256 } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { planDocument } from '../../mappings/plan-document.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { shownId } from '../repositories/ids.js';
import { storePlanItems } from '../repositories/plan-items.js';
import { storeAssessment } from '../repositories/store-assessment.js';
import { storeTransformationResult } from '../repositories/transformation-results.js';
import { placeOf } from '../store/state.js';
import { useStore } from '../store/use-store.js';
import { textsSha256 } from './changed-since-synth.js';
import { storeWaitMs } from './stored-as.js';
import type { StoredAs } from './stored-as.js';

/**
 * Stores from which template and assessment the Terraform in `folder` was generated, so that a stack can be traced. An
 * assessment that is not in the store yet is stored with it.
 */
export async function recordSynth(
  env: Readonly<Record<string, string | undefined>>,
  { assessment, template, plan }: PlannedFiles,
  { folder, toolVersion }: { readonly folder: string; readonly toolVersion: string },
): Promise<Result<StoredAs>> {
  return await useStore(env, { access: 'write', command: 'synth', waitMs: storeWaitMs }, async (state) => {
    const outputSha256 = terraformSha256(folder);
    if (!outputSha256.ok) return outputSha256;
    const report = reportSha256(assessment);
    const assessmentId = await storeAssessment(state, assessment, { sha256: report, once: true });
    const document = planDocument(plan);
    const planSha256 = sha256(JSON.stringify(document));
    await storePlanItems(state, { assessmentId, planSha256 }, document.items);
    await storeTransformationResult(state, {
      assessmentId,
      template: {
        name: template.name,
        description: template.description,
        sources: template.lineage.map((name, index) => ({ name, text: template.texts[index] ?? '' })),
        sha256: textsSha256(template),
        variables: template.variables,
      },
      planSha256,
      outputSha256: outputSha256.value,
      toolVersion,
      totals: plan.totals,
    });
    return ok({ id: shownId(assessmentId), place: placeOf(state.location) });
  });
}

/** Over what synth wrote for each stack, without the files that Terraform adds. */
export function terraformSha256(folder: string): Result<string> {
  const hash = createHash('sha256');
  try {
    for (const file of writtenFiles(join(folder, 'stacks')))
      hash.update(`${file}\0`).update(readFileSync(join(folder, 'stacks', file)));
    return ok(hash.digest('hex'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail([noTerraform(folder, code)]);
  }
}

/** Relative to `stacks`: each stack's Terraform and its assets, without state, plans and `.terraform`. */
function writtenFiles(stacks: string): readonly string[] {
  return readdirSync(stacks, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/(^|\/)\.|tfstate|\/plan$|\.tfplan$/.test(path) && statSync(join(stacks, path)).isFile())
    .sort();
}

function noTerraform(folder: string, code: string): Diagnostic {
  return diagnostic({
    code: 'no-terraform',
    path: folder,
    message: `'${folder}' does not contain Terraform that synth wrote (${code}).`,
    fix: 'Set `--terraform` to the folder that `aws2openstack synth --output` or cdktf wrote, such as cdktf.out.',
  });
}
