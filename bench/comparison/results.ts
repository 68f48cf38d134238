export type Verdict = 'equal' | 'different' | 'error' | 'cannot';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why the rows were not judged. */
  readonly reason?: string;
}

export interface ComparedTool {
  readonly name: string;
  readonly version: string;
  /** Where it compared the tables. */
  readonly engine: string;
  /** As typed, with the names of one case. */
  readonly commands: readonly string[];
  readonly remarks: readonly string[];
}

export interface CaseResult {
  readonly id: string;
  readonly sheet: string;
  readonly isEqual: boolean;
  /** By the tool's name. */
  readonly judgements: Readonly<Record<string, Judgement>>;
}

/** `docs/validation-comparison.json`. */
export interface Comparison {
  /** Such as `2026-11-29`. */
  readonly date: string;
  readonly trino: string;
  readonly tools: readonly ComparedTool[];
  readonly cases: readonly CaseResult[];
}

export interface Score {
  readonly right: number;
  /** Damage that was called equal. */
  readonly falsePasses: readonly CaseResult[];
  /** Equal tables that were called different. */
  readonly falseAlarms: readonly CaseResult[];
  readonly errors: readonly CaseResult[];
  readonly notAsked: readonly CaseResult[];
}

export function scoreOf({ name }: Pick<ComparedTool, 'name'>, cases: readonly CaseResult[]): Score {
  const given = (verdict: Verdict, isEqual?: boolean): readonly CaseResult[] =>
    cases.filter(
      (one) => one.judgements[name]?.verdict === verdict && (isEqual === undefined || one.isEqual === isEqual),
    );
  return {
    right: given('equal', true).length + given('different', false).length,
    falsePasses: given('equal', false),
    falseAlarms: given('different', true),
    errors: given('error'),
    notAsked: given('cannot'),
  };
}
