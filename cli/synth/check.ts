import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { changedInputs, editedFiles, readMark } from '../../core/synth-mark.js';
import { toolVersion } from '../../core/tool-version.js';
import { inputHashes } from '../../mappings/index.js';
import type { PlannedFiles } from '../../mappings/index.js';

/** Why the Terraform in `output` is not what synth would write from these inputs; empty where it is. Writes nothing. */
export function staleness(output: string, planned: PlannedFiles): readonly Diagnostic[] {
  return staleReasons(output, planned).map((message) =>
    diagnostic({
      code: 'synth-stale',
      path: output,
      message,
      fix: 'Run the same command without --check, and look at the plan of Terraform before you apply it.',
    }),
  );
}

/** The same, a sentence for each reason. */
export function staleReasons(output: string, planned: PlannedFiles): readonly string[] {
  const mark = readMark(output);
  if (mark === null) {
    return [
      `'${output}' does not say what it was generated from: it was written by an earlier version, or not by synth.`,
    ];
  }
  const changed = changedInputs(mark, { inputs: inputHashes(planned), toolVersion: toolVersion() });
  const edited = editedFiles(output, mark);
  return [
    ...(changed.length === 0
      ? []
      : [`The Terraform in '${output}' was generated from another ${changed.join(' and another ')}.`]),
    ...(edited.length === 0
      ? []
      : [`Generated files in '${output}' were changed or removed since: ${edited.join(', ')}.`]),
  ];
}
