import type { TrinoDiagnostic } from '../../clients/trino/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';

/** Why an entry could not be registered. */
export interface EntryFailure {
  /**
   * - `retry`: another attempt may succeed.
   * - `stop`: no attempt can.
   * - `block`: a person must act first.
   */
  readonly kind: 'retry' | 'stop' | 'block';
  readonly diagnostic: Diagnostic;
}

/** Trino could not be asked, or its answer was lost. */
const unreached: ReadonlySet<string> = new Set([
  'trino-unreachable',
  'trino-timeout',
  'trino-unavailable',
  'trino-query-lost',
  'trino-outcome-unknown',
  'trino-cancelled',
]);

/** Source: Trino's `StandardErrorCode`, `HiveErrorCode`, `IcebergErrorCode`. */
const byName: Readonly<Record<string, EntryFailure['kind']>> = {
  PERMISSION_DENIED: 'block',
  CATALOG_NOT_FOUND: 'block',
  SCHEMA_NOT_FOUND: 'block',
  TABLE_NOT_FOUND: 'block',
  CATALOG_NOT_AVAILABLE: 'retry',
  // Somebody else made it at the same moment, whatever IF NOT EXISTS says: the next attempt finds it.
  ALREADY_EXISTS: 'retry',
  SCHEMA_ALREADY_EXISTS: 'retry',
  TABLE_ALREADY_EXISTS: 'retry',
  ICEBERG_MISSING_METADATA: 'block',
  HIVE_FILE_NOT_FOUND: 'block',
  TRANSACTION_CONFLICT: 'retry',
  ADMINISTRATIVELY_KILLED: 'retry',
  ADMINISTRATIVELY_PREEMPTED: 'retry',
  USER_CANCELED: 'retry',
  ABANDONED_QUERY: 'retry',
  QUERY_QUEUE_FULL: 'retry',
  // Trino calls these EXTERNAL; what lies in the files stays as it is.
  HIVE_BAD_DATA: 'stop',
  HIVE_CURSOR_ERROR: 'retry',
  HIVE_INVALID_METADATA: 'stop',
  HIVE_INVALID_PARTITION_VALUE: 'stop',
  HIVE_INVALID_BUCKET_FILES: 'stop',
  HIVE_INVALID_VIEW_DATA: 'stop',
  HIVE_PARTITION_SCHEMA_MISMATCH: 'stop',
  HIVE_UNSUPPORTED_FORMAT: 'stop',
  HIVE_UNKNOWN_COLUMN_STATISTIC_TYPE: 'stop',
  ICEBERG_BAD_DATA: 'stop',
  ICEBERG_INVALID_METADATA: 'stop',
};

/** Services behind Trino say so in words only. */
const words: readonly (readonly [said: RegExp, kind: EntryFailure['kind']])[] = [
  [/\bNoSuchBucket\b|bucket does not exist/i, 'block'],
  [/\b(Status Code: 403|AccessDenied|Access Denied|Forbidden|SignatureDoesNotMatch|InvalidAccessKeyId)\b/i, 'block'],
  [/(file|location|metadata).{0,300}(does not exist|not found)|NotFoundException|NoSuchKey/is, 'block'],
];

const fixes: Readonly<Record<EntryFailure['kind'], (job: string) => string>> = {
  retry: (job) => `\`aws2openstack migrate retry ${job}\` continues where it stopped.`,
  stop: () =>
    'Correct the rule that maps it (`aws2openstack explain` names it), or skip the table in the mapping, then write the manifest again with `aws2openstack synth`.',
  block: (job) =>
    `Give the registering user the permission, or copy what is missing to the target; then \`aws2openstack migrate resume ${job}\`.`,
};

/** How `migrate resume` and `migrate retry` name the job that registers an entry; that of a schema is known by its tables. */
export function jobOf(key: string): string {
  return key.startsWith('table:') ? key.slice('table:'.length) : '--all';
}

/** The failure of a statement of the entry `key`. */
export function statementFailure(key: string, sql: string, [first, ...more]: readonly TrinoDiagnostic[]): EntryFailure {
  if (first === undefined) throw new Error(`Bug: a statement of ${key} failed without a reason.`);
  const kind = kindOf(first);
  const said = first.trino === undefined ? first.message : `${first.trino.errorName}: ${first.trino.message}`;
  return {
    kind,
    diagnostic: diagnostic({
      code: 'registration-statement-failed',
      path: key,
      message: `The statement \`${shortened(sql, 120)}\` failed. Trino: ${shortened([said, ...more.map(({ message }) => message)].join('; '), 300)}`,
      fix: first.trino === undefined ? first.fix : fixes[kind](jobOf(key)),
    }),
  };
}

function kindOf({ code, trino }: TrinoDiagnostic): EntryFailure['kind'] {
  if (trino === undefined) return unreached.has(code) ? 'retry' : 'block';
  const named = byName[trino.errorName];
  if (named !== undefined) return named;
  const [, said] = words.find(([pattern]) => pattern.test(trino.message)) ?? [];
  if (said !== undefined) return said;
  return trino.errorType === 'USER_ERROR' ? 'stop' : 'retry';
}

/** A failure that a person must resolve. */
export function blocked(key: string, code: string, message: string, fix: string): Failed {
  return fail({ kind: 'block', diagnostic: diagnostic({ code, path: key, message, fix }) });
}

interface Failed {
  readonly ok: false;
  readonly error: EntryFailure;
}

/** One line of at most so many characters. */
export function shortened(text: string, longest: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}
