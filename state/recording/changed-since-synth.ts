import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import { jsonWithoutCredentials } from '../../core/credentials.js';
import type { PlannedFiles } from '../../mappings/index.js';
import { transformationResultsOf } from '../repositories/transformation-results.js';
import type { State } from '../store/state.js';

/**
 * What differs between the newest recorded synth of an assessment and these inputs: `mapping`, whose texts or variables
 * are others, and `version`. `undefined` where no synth of the assessment was recorded.
 */
export async function changedSinceSynth(
  state: Pick<State, 'db'>,
  assessmentId: string,
  template: PlannedFiles['template'],
  toolVersion: string,
): Promise<{ readonly at: Date; readonly changed: readonly string[] } | undefined> {
  const [newest] = await transformationResultsOf(state, { assessmentId, limit: 1 });
  if (newest === undefined) return undefined;
  const variables: unknown = JSON.parse(jsonWithoutCredentials(template.variables));
  const isSameMapping =
    newest.template_sha256 === textsSha256(template) && canonicalJson(newest.variables) === canonicalJson(variables);
  return {
    at: newest.created_at,
    changed: [...(isSameMapping ? [] : ['mapping']), ...(newest.tool_version === toolVersion ? [] : ['version'])],
  };
}

/** Of the texts of a template and of those that it extends; lower-case hexadecimal. */
export function textsSha256({ texts }: Pick<PlannedFiles['template'], 'texts'>): string {
  return sha256(canonicalJson(texts));
}
