import { printable } from '../../core/diagnostic.js';
import { statusWords } from '../../state/index.js';
import type { UnfinishedValidation, ValidatedTable, ValidationStatus } from '../../state/index.js';
import { alignColumns } from '../text-table.js';
import { describeDifferences } from './differences.js';
import { nameOfTable } from './mend-tables.js';
import { describeResync } from './resync-view.js';
import type { ResyncedTable } from './resync.js';
import type { HandedOver, Validated } from './validate-once.js';

export interface ShownValidation extends Validated {
  /** Tables whose differences were looked for in the objects; empty without --resync. */
  readonly resynced: readonly ResyncedTable[];
}

/** For people: a line for each table, and what did not pass. */
export function describeValidation({ assessment, tables, unfinished, unmoved, resynced }: ShownValidation): string {
  const rows = tables.map((table) => [
    printable(nameOfTable(table)),
    standingOf(table),
    table.results.map(({ validation_type, status }) => `${validation_type} ${status}`).join(', '),
  ]);
  const problems = tables.flatMap(describeProblems);
  const missing = unmoved.map((name) => `  ${printable(name)}: no job has moved it yet`);
  const shownTables = new Set(tables.filter(({ results }) => results.length > 0).map(nameOfTable));
  const interrupted = unfinished.map((each) => {
    const older = shownTables.has(nameOfTable(each)) ? ' (the results shown are older)' : '';
    return `  ${describeUnfinished(each)}${older}`;
  });
  const count = (standing: string): number => tables.filter((table) => standingOf(table) === standing).length;
  return [
    `${assessment}: ${count('passed')} of ${tables.length + unmoved.length} tables passed, ${count('warning')} with warnings, ${count('failed')} failed${unmoved.length === 0 ? '' : `, ${unmoved.length} not moved`}`,
    ...(rows.length === 0 ? [] : ['', alignColumns(rows, 3)]),
    ...(problems.length + missing.length + interrupted.length === 0
      ? []
      : ['', 'Why', ...problems, ...missing, ...interrupted]),
    ...tables.flatMap((table) => describeDifferences(nameOfTable(table), table)).map(printable),
    ...(resynced.length === 0 ? [] : ['', 'Copied again', ...resynced.flatMap(describeResync).map(printable)]),
    '',
  ].join('\n');
}

/** Failures that several checks of a table share are printed once. */
function describeProblems(table: ValidatedTable): readonly string[] {
  const open = table.results.filter(({ status }) => status !== 'passed');
  const alike = Map.groupBy(open, ({ difference, details }) => difference ?? firstFinding(details));
  return [...alike].map(([why, results]) => {
    const checks = results.map(({ validation_type }) => validation_type).join(', ');
    const times = results.length === 1 ? '' : ` (${results.length} checks)`;
    return printable(`  ${nameOfTable(table)}: ${checks}: ${why}${times}`);
  });
}

/** Why a check whose values are equal did not pass. */
function firstFinding(details: unknown): string {
  const { results = [] } = (details ?? {}) as {
    readonly results?: readonly { readonly findings: readonly { readonly message: string }[] }[];
  };
  return results.flatMap(({ findings }) => findings)[0]?.message ?? 'see its findings with --json';
}

export function describeHandedOver({ assessment, handedOver, unmoved }: HandedOver): string {
  return [
    `${assessment}: ${handedOver} ${handedOver === 1 ? 'table' : 'tables'} handed to workers`,
    ...unmoved.map((name) => `  ${printable(name)}: no job has moved it yet`),
    '',
    'Next: aws2openstack migrate worker --validations works on them; aws2openstack validate status shows the results.',
    '',
  ].join('\n');
}

/** Such as `sales.orders: failed: Trino is down.` */
export function describeUnfinished(unfinished: UnfinishedValidation): string {
  const { status, error } = unfinished;
  const reason = error === null ? '' : `: ${error.split('\n')[0] ?? ''}`;
  return printable(`${nameOfTable(unfinished)}: ${statusWords[status]}${reason}`);
}

/** Whether anything failed, was not validated, or nothing was validated at all. */
export function hasFailed({ tables, unfinished, unmoved }: ShownValidation): boolean {
  if (tables.length === 0 || unfinished.length + unmoved.length > 0) return true;
  return tables.some((table) => standingOf(table) === 'failed');
}

/** Of all checks; a table without results has failed. */
function standingOf({ results }: ValidatedTable): ValidationStatus {
  if (results.length === 0 || results.some(({ status }) => status === 'failed')) return 'failed';
  return results.some(({ status }) => status === 'warning') ? 'warning' : 'passed';
}
