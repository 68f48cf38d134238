import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { toolVersion } from '../core/tool-version.js';
import type { PlannedFiles } from '../mappings/index.js';
import { changedSinceSynth } from '../state/recording/changed-since-synth.js';
import { shownId } from '../state/index.js';
import type { State } from '../state/index.js';
import { staleness, synthesizeAgain } from './synth/check.js';

export interface TerraformOption {
  /** Folder of a synth. */
  readonly terraform?: string;
}

/**
 * Warns where the Terraform that belongs to a Plan was generated from other inputs than the Plan: the Terraform in the
 * given folder, or without one, what the store has recorded last for the assessment. Nothing is known where neither is.
 */
export async function outdatedTerraform(
  state: Pick<State, 'db'>,
  planned: PlannedFiles,
  { assessmentId, terraform }: TerraformOption & { readonly assessmentId: string },
): Promise<readonly Diagnostic[]> {
  if (terraform !== undefined) return staleness(terraform, planned, 'warning');
  const recorded = await changedSinceSynth(state, assessmentId, planned.template, toolVersion());
  if (recorded === undefined || recorded.changed.length === 0) return [];
  const shown = shownId(assessmentId);
  const day = recorded.at.toISOString().slice(0, 10);
  return [
    diagnostic({
      code: 'synth-stale',
      severity: 'warning',
      path: shown,
      message: `The Terraform that was recorded for ${shown} on ${day} was generated from another ${recorded.changed.join(' and another ')}.`,
      fix: synthesizeAgain,
    }),
  ];
}
