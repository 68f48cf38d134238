import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

const limit = 1000;

/** Problems of one table, in the order in which they were found. A table with millions keeps the first thousand of each severity. */
export class ProblemList {
  private readonly kept = { error: [] as Diagnostic[], warning: [] as Diagnostic[] };
  private readonly counts = { error: 0, warning: 0 };

  constructor(private readonly table: string) {}

  add(problem: Diagnostic): void {
    this.counts[problem.severity]++;
    if (this.kept[problem.severity].length < limit) this.kept[problem.severity].push(problem);
  }

  get errors(): readonly Diagnostic[] {
    return this.all('error');
  }

  get warnings(): readonly Diagnostic[] {
    return this.all('warning');
  }

  private all(severity: Diagnostic['severity']): readonly Diagnostic[] {
    const left = this.counts[severity] - this.kept[severity].length;
    if (left === 0) return this.kept[severity];
    const more = diagnostic({
      code: 'iceberg-more-problems',
      severity,
      path: this.table,
      message: `The table has ${left} more problems than the ${limit} that are listed.`,
      fix: 'Solve these first, then run the command again.',
    });
    return [...this.kept[severity], more];
  }
}
