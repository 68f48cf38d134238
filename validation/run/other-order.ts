import { canonicalJson } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { ValidationOrder } from './validation-order.js';

/** A validation that has not ended, and what it was ordered with instead. */
interface OtherOrder {
  /** `database.table`. */
  readonly name: string;
  /** Each in words: of what, as it was ordered, and as it is ordered now. */
  readonly differences: readonly string[];
}

const namedTables = 5;
const mostCharacters = 80;

interface Compared {
  /** Its name for people. */
  readonly name: string;
  /** The value that people know it by. @default its JSON */
  readonly shown?: (order: Partial<ValidationOrder>) => unknown;
}

/** By the order's key. The run's ID is another one each time. */
const compared: Readonly<Record<Exclude<keyof ValidationOrder, 'runId'>, Compared>> = {
  checks: { name: '--checks' },
  columns: { name: '--columns' },
  partitions: { name: '--partition' },
  sampleRows: { name: '--sample-rows' },
  queries: { name: '--queries', shown: ({ queries = [] }) => queries.map(({ id }) => id) },
  namesFiles: { name: '--resync' },
  sides: { name: 'the engines', shown: ({ sides }) => [sides?.source, sides?.target].map(engineName) },
  rules: { name: '`validate` of the mapping' },
  rowCountTolerance: { name: '`validate.rowCountTolerance` of the mapping' },
  locate: { name: '`validate.columns.key` of the mapping', shown: ({ locate }) => locate?.keyColumns },
  pair: { name: 'the table at the target', shown: ({ pair }) => pair && Object.values(pair.target).join('.') },
  migrationJobId: { name: 'the job that moved the table' },
};

/** The differences between the second order for a table and the first; empty if both ask for the same. */
export function orderDifferences(before: Partial<ValidationOrder>, now: ValidationOrder): readonly string[] {
  return (Object.keys(compared) as (keyof typeof compared)[]).flatMap((key) => {
    if (canonicalJson(before[key]) === canonicalJson(now[key])) return [];
    const { name, shown = (order) => order[key] } = compared[key];
    return [`${name} (${textOf(shown(before))}; now ${textOf(shown(now))})`];
  });
}

function engineName(side: ValidationOrder['sides']['source'] | undefined): string {
  return side === undefined ? '' : side.type === 'trino' ? `${side.user} at ${side.url}` : `Athena, ${side.workgroup}`;
}

function textOf(value: unknown): string {
  if (value === undefined) return 'not given';
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

export function orderedOtherwise(others: readonly OtherOrder[]): Diagnostic {
  const named = others.slice(0, namedTables).map(({ name, differences }) => `${name}: ${differences.join(', ')}`);
  const more = others.length > namedTables ? `; and ${others.length - namedTables} more tables` : '';
  return diagnostic({
    code: 'validation-ordered-otherwise',
    message: `A validation with other options has not ended: ${named.join('; ')}${more}.`,
    fix: 'Run the command with those options to continue it, or with --restart to cancel it and start again; `aws2openstack validate status` shows what has not ended.',
  });
}
