import type { Diagnostic } from '../../core/diagnostic.js';
import type { ValidationStatus, ValidationType } from '../../state/schema/tables.js';

/** One check of one table. Plain JSON. */
export interface CheckResult {
  readonly check: ValidationType;
  readonly status: ValidationStatus;
  /** The answers of both sides, as text; `null` if there was no answer. */
  readonly sourceValue: string | null;
  readonly targetValue: string | null;
  /** In one sentence; `null` without one. */
  readonly difference: string | null;
  readonly details: object;
  /** Notes for people on the comparison, whatever its status: warnings. */
  readonly findings: readonly Diagnostic[];
  /** Of samples: the probability of finding a number of damaged rows. */
  readonly power?: readonly DetectionPower[];
}

export interface DetectionPower {
  /** Damaged rows of the table. */
  readonly damagedRows: number;
  /** That at least one lost or extra row is seen, from 0 to 1. */
  readonly lost: number;
  /** That at least one changed row is seen. */
  readonly changed: number;
}

/** A check that got no answer has failed: it is never left out. */
export function unanswered(check: ValidationType, reasons: readonly { readonly message: string }[]): CheckResult {
  const difference = reasons.map(({ message }) => message).join(' ');
  return { check, status: 'failed', sourceValue: null, targetValue: null, difference, details: {}, findings: [] };
}

/** `passed`, or `warning` where findings say what was not compared. */
export function statusOf(isEqual: boolean, hasGaps: boolean): ValidationStatus {
  return isEqual ? (hasGaps ? 'warning' : 'passed') : 'failed';
}
