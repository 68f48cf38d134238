import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { TableResult } from '../../validation/certificate/index.js';

export type SignedException = TableResult['exceptions'][number];

/** Who answers for a check, or, with `moved`, for it that an asset which the Plan blocks stays behind. */
export type Signature = SignedException | (Omit<SignedException, 'check'> & { readonly check: 'moved' });

const checks: readonly string[] = [
  'row_count',
  'partition',
  'schema',
  'checksum',
  'statistics',
  'sample',
  'query',
  'moved',
];
const texts = ['table', 'check', 'signedBy', 'signedAt', 'reason'] as const;

/** A YAML list of what somebody answers for, by `database.table`. */
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
    else if (Number.isNaN(Date.parse(text('signedAt'))))
      problems.push(wrong(`entry ${index + 1}`, `'${text('signedAt')}' is not a time.`));
    const [check, signedBy, reason] = [text('check'), text('signedBy'), text('reason')];
    const signedAt = text('signedAt');
    return [{ table: text('table'), exception: { check, signedBy, signedAt, reason } as Signature }];
  });
  if (problems.length > 0) return fail(problems);
  const byTable = Map.groupBy(exceptions, ({ table }) => table);
  return ok(new Map([...byTable].map(([table, own]) => [table, own.map(({ exception }) => exception)])));
}
