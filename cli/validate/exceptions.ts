import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { catalogName } from '../../core/catalog-name.js';
import type { PlannedFiles } from '../../mappings/index.js';
import type { TableResult } from '../../validation/certificate/index.js';
import { allChecks } from '../../validation/checks/all-checks.js';

export type SignedException = TableResult['exceptions'][number];

/** A signature for a check or, with `moved`, for an asset that the Plan blocks and that stays behind. */
export type Signature = SignedException | (Omit<SignedException, 'check'> & { readonly check: 'moved' });

const checks: readonly string[] = [...allChecks, 'moved'];
/** ISO 8601 with a time zone: it is compared with the time of the result. */
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** By which the clock of another machine may be ahead. */
const clockDifferenceMs = 3_600_000;
const texts = ['table', 'check', 'signedBy', 'signedAt', 'reason'] as const;

/** A YAML list of what somebody answers for, by `database.table`, where a part with a dot is quoted. */
export function readExceptions(file: string): Result<ReadonlyMap<string, readonly Signature[]>> {
  const wrong = (path: string, message: string): Diagnostic =>
    diagnostic({
      code: 'exceptions-file',
      path: file,
      message: `${path}: ${message}`,
      fix: 'Write a list of { table: database.table, check, signedBy, signedAt: 2026-11-29T10:00:00Z, reason }.',
    });
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail([wrong('the file', `it cannot be read as YAML (${(error as Error).message.split('\n')[0] ?? ''}).`)]);
  }
  if (!Array.isArray(content)) return fail([wrong('the file', 'it is not a list.')]);
  const problems: Diagnostic[] = [];
  const exceptions = content.flatMap((each: unknown, index) => {
    const fields = (typeof each === 'object' && each !== null ? each : {}) as Readonly<Record<string, unknown>>;
    const text = (name: string): string => {
      const value = fields[name];
      return value instanceof Date ? value.toISOString() : typeof value === 'string' ? value.trim() : '';
    };
    const missing = texts.filter((name) => text(name) === '');
    if (missing.length > 0) problems.push(wrong(`entry ${index + 1}`, `it lacks ${missing.join(', ')}.`));
    else if (!checks.includes(text('check')))
      problems.push(wrong(`entry ${index + 1}`, `'${text('check')}' is not a check: ${checks.join(', ')}.`));
    else if (!timeForm.test(text('signedAt')) || Number.isNaN(Date.parse(text('signedAt'))))
      problems.push(wrong(`entry ${index + 1}`, `'${text('signedAt')}' is not a time.`));
    else if (Date.parse(text('signedAt')) > Date.now() + clockDifferenceMs)
      problems.push(wrong(`entry ${index + 1}`, `'${text('signedAt')}' is in the future.`));
    const [check, signedBy, reason] = [text('check'), text('signedBy'), text('reason')];
    const signedAt = text('signedAt');
    return [{ table: text('table'), exception: { check, signedBy, signedAt, reason } as Signature }];
  });
  if (problems.length > 0) return fail(problems);
  const byTable = Map.groupBy(exceptions, ({ table }) => table);
  return ok(new Map([...byTable].map(([table, own]) => [table, own.map(({ exception }) => exception)])));
}

/** Somebody who misspells a table believes that it is signed for. */
export function signedForNothing(
  signatures: ReadonlyMap<string, readonly Signature[]>,
  { assessment, plan }: PlannedFiles,
  file: string,
): readonly Diagnostic[] {
  const known = new Set<string>([
    ...assessment.tables.map(({ database, name }) => catalogName(database, name)),
    ...plan.blocked.map(({ key }) => key),
  ]);
  return [...signatures.keys()]
    .filter((name) => !known.has(name))
    .map((name) =>
      diagnostic({
        code: 'exception-for-nothing',
        path: file,
        message: `Somebody signs for ${name}, which is not in the assessment.`,
        fix: 'Name the table as database.table, spelled as in Glue, and quote a name that contains a dot: \'"a.b".c\'.',
      }),
    );
}
