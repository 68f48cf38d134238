import type { ErrorObject, ValidateFunction } from 'ajv';
import { createRequire } from 'node:module';
import type { StepName } from './steps.js';

// Compiled from cutover.schema.json by scripts/validators.mjs.
const checks = createRequire(import.meta.url)('./cutover-checks.cjs') as {
  readonly cutover: ValidateFunction<CutoverSettings>;
};

/** The violations of the schema in a parsed file. */
export function settingsViolations(value: unknown): readonly ErrorObject[] {
  return checks.cutover(value) ? [] : [...(checks.cutover.errors ?? [])];
}

/** The steps for which the operator may name something. */
export type HookedStep = Exclude<StepName, 'prerequisites' | 'checks' | 'last-listing'>;

/** `cutover.yaml`, as `cutover.schema.json` has it: names and commands, never secrets. */
export interface CutoverSettings {
  readonly apiVersion: 'aws2openstack/v1';
  readonly kind: 'Cutover';
  readonly steps: Readonly<Partial<Record<HookedStep, StepSettings>>>;
}

export interface StepSettings {
  /** Without one, the step is done by hand before it is approved, or needs nothing. */
  readonly hook?: Hook;
  /** Without it, only the point of no return waits, for anybody. */
  readonly approval?: { readonly by?: readonly string[] };
}

/** A program of the operator, run without a shell. It must be able to run again after it was interrupted. */
export interface Hook {
  /** Program and arguments. A path with a slash is relative to the folder of the file. */
  readonly run: readonly string[];
  /** @default 600 */
  readonly timeoutSeconds?: number;
  /** Names of variables that it gets besides PATH, HOME, LANG, TZ and TMPDIR. */
  readonly environment?: readonly string[];
}
