import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { CheckResult, TableResult } from './certificate-input.js';

/** Where a table's status says more than its checks do. A certificate with such a table is not written. */
export function contradictionsIn(table: TableResult): readonly Diagnostic[] {
  const open = table.checks.filter(isOpen).map(({ check }) => check);
  const signed = new Set(
    table.exceptions
      .filter(({ signedBy, reason }) => signedBy.trim() !== '' && reason.trim() !== '')
      .map(({ check }) => check),
  );
  const unsigned = open.filter((check) => !signed.has(check));
  switch (table.status) {
    case 'certified':
      if (table.checks.length === 0) return [contradiction(table, 'it is certified without any check')];
      if (open.length > 0) return [contradiction(table, `it is certified, although ${open.join(', ')} did not pass`)];
      return [];
    case 'certified-with-exceptions':
      if (open.length === 0) return [contradiction(table, 'its exceptions are for checks that passed')];
      if (unsigned.length > 0)
        return [contradiction(table, `nobody signed with a reason for ${unsigned.join(', ')}, which did not pass`)];
      return [];
    case 'not-certified':
      return table.reasons.length > 0 ? [] : [contradiction(table, 'it is not certified, without a reason')];
  }
}

/** Not passed, or passed without having noticed each mutation: somebody must sign for it. */
export function isOpen({ status, power }: CheckResult): boolean {
  return status !== 'passed' || (power !== null && power.caught < power.tried);
}

function contradiction({ database, table }: TableResult, what: string): Diagnostic {
  return diagnostic({
    code: 'certificate-contradiction',
    path: `table:${database}.${table}`,
    message: `The table's results contradict each other: ${what}.`,
    fix: 'Validate the table again: aws2openstack validate.',
  });
}
