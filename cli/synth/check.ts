import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { changedInputs, editedFiles, readMark } from '../../core/synth-mark.js';
import { toolVersion } from '../../core/tool-version.js';
import { inputHashes } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';

export const synthesizeAgain =
  'Run `aws2openstack synth` with the same assessment and mapping, look at the plan of Terraform, and apply it.';

/** Why the Terraform in `output` is not what synth would write from these inputs; empty where it is. Writes nothing. */
export function staleness(
  output: string,
  planned: PlannedFiles,
  severity: Diagnostic['severity'],
): readonly Diagnostic[] {
  const mark = readMark(output);
  if (mark === null) {
    return [
      diagnostic({
        code: 'synth-stale',
        severity,
        path: output,
        message: `'${output}' does not say what it was generated from: it was written by an earlier version, or not by synth.`,
        fix: synthesizeAgain,
      }),
    ];
  }
  const changed = changedInputs(mark, { inputs: inputHashes(planned), toolVersion: toolVersion() });
  const edited = editedFiles(output, mark);
  const found: Diagnostic[] = [];
  if (changed.length > 0)
    found.push(
      diagnostic({
        code: 'synth-stale',
        severity,
        path: output,
        message: `The Terraform in '${output}' was generated from another ${changed.join(' and another ')}.`,
        fix: synthesizeAgain,
      }),
    );
  if (edited.length > 0)
    found.push(
      diagnostic({
        code: 'synth-stale',
        severity,
        path: output,
        message: `Generated files in '${output}' were changed or removed since: ${edited.join(', ')}.`,
        fix: synthesizeAgain,
      }),
    );
  return found;
}
