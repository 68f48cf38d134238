import type { ErrorObject } from 'ajv';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { describeViolation } from '../../core/violation.js';
import { placeholderProblem } from '../cmdb/placeholders.js';
import { isAddress, isInZone } from '../dns/records.js';
import checks from './payload-checks.cjs';
import type { CmdbFields, Payload, Window } from './payload.js';

/** Reads outside input, such as a message of a queue. Every violation names the field, its value and the rule. */
export function readPayload(input: unknown): Result<Payload> {
  if (!checks.payload(input)) return fail((checks.payload.errors ?? []).map(problemOf));
  const problems = [
    ...(input.rules?.windows ?? []).flatMap(windowProblems),
    ...urlProblems(input),
    ...nameProblems(input),
    ...fieldProblems(input),
  ];
  return problems.length > 0 ? fail(problems) : ok(input);
}

function problemOf(error: ErrorObject): Diagnostic {
  const { additionalProperty, missingProperty } = error.params as Readonly<Record<string, string | undefined>>;
  const path = error.instancePath === '' ? '' : error.instancePath;
  const field = path.split('/').slice(1).join('.');
  const subject = field === '' ? 'The payload' : `'${field}'`;
  const isOfWhole = error.keyword === 'required' || error.keyword === 'additionalProperties';
  const received = isOfWhole || field === '' ? '' : ` (it is ${shown(error.data)})`;
  const rule = error.keyword === 'pattern' ? `must match ${String(error.schema)}` : describeViolation(error);
  return diagnostic({
    code: 'wave-payload',
    path: `${path}${additionalProperty === undefined ? '' : `/${additionalProperty}`}`,
    message: `${subject} ${rule}${received}.`,
    fix:
      missingProperty === undefined
        ? 'Correct the payload; docs/waves.md lists its fields.'
        : `Add '${missingProperty}' to the payload; docs/waves.md lists its fields.`,
  });
}

function urlProblems({ callbackUrl }: Payload): readonly Diagnostic[] {
  if (callbackUrl === undefined || URL.canParse(callbackUrl)) return [];
  return [
    diagnostic({
      code: 'wave-payload',
      path: '/callbackUrl',
      message: `'callbackUrl' must be a URL (it is ${shown(callbackUrl)}).`,
      fix: 'Correct the payload; docs/waves.md lists its fields.',
    }),
  ];
}

/** Names outside of their zone, and texts that are not addresses. */
function nameProblems({ dns }: Payload): readonly Diagnostic[] {
  if (dns === undefined) return [];
  const { zone, names = [], addresses = [] } = dns;
  return [
    ...names.flatMap((name, index) =>
      isInZone(name, zone) ? [] : [wrongValue(`/dns/names/${index}`, `must be in the zone ${zone}`, name)],
    ),
    ...addresses.flatMap((address, index) =>
      isAddress(address) ? [] : [wrongValue(`/dns/addresses/${index}`, 'must be an IP address', address)],
    ),
  ];
}

function fieldProblems({ cmdb }: Payload): readonly Diagnostic[] {
  if (cmdb === undefined) return [];
  const problemsOf = (group: string, fields: CmdbFields): readonly Diagnostic[] =>
    Object.entries(fields).flatMap(([field, value]) => {
      const problem = typeof value === 'string' ? placeholderProblem(value) : undefined;
      return problem === undefined ? [] : [wrongValue(`/cmdb/${group}/${field}`, problem, value)];
    });
  const { fields, fieldsAfterRollback = {} } = cmdb;
  return [...problemsOf('fields', fields), ...problemsOf('fieldsAfterRollback', fieldsAfterRollback)];
}

function wrongValue(path: string, rule: string, value: unknown): Diagnostic {
  return diagnostic({
    code: 'wave-payload',
    path,
    message: `'${path.slice(1).replaceAll('/', '.')}' ${rule} (it is ${shown(value)}).`,
    fix: 'Correct the payload; docs/waves.md lists its fields.',
  });
}

const maxShown = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

function windowProblems({ from, to }: Window, index: number): readonly Diagnostic[] {
  const path = `/rules/windows/${index}`;
  const broken = [from, to].filter((text) => !exists(text));
  if (broken.length > 0)
    return broken.map((text) => windowProblem(path, `must have times that exist (${text} does not)`));
  return from < to ? [] : [windowProblem(path, `must end after it begins (it is ${from} to ${to})`)];
}

/** JavaScript reads the 31st of a shorter month as a day of the next one. */
function exists(instant: string): boolean {
  const time = Date.parse(instant);
  return !Number.isNaN(time) && new Date(time).toISOString() === instant.replace('Z', '.000Z');
}

function windowProblem(path: string, rule: string): Diagnostic {
  return diagnostic({
    code: 'wave-payload',
    path,
    message: `'${path.slice(1).replaceAll('/', '.')}' ${rule}.`,
    fix: 'Correct the window; times are ISO 8601 in UTC, such as 2026-12-05T22:00:00Z.',
  });
}
