import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { describeViolation } from '../../core/violation.js';
import type { Violation } from '../../core/violation.js';
import type { Question } from './question.js';

/** Compiled when a question is first asked. */
const checks = new Map<string, ValidateFunction>();

/** Reports everything that is wrong with the input of a question. */
export function checkInput({ name, input: schema }: Pick<Question, 'name' | 'input'>, input: unknown): Result<unknown> {
  const check = checks.get(name) ?? new Ajv2020({ allErrors: true }).compile(schema);
  checks.set(name, check);
  const problems = check(input)
    ? textsOf(input).flatMap(([path, text]) => (text.includes('\0') ? [hasNul(name, path)] : []))
    : (check.errors ?? []).map((error) => invalid(name, error.instancePath, error));
  return problems.length === 0 ? ok(input) : fail(problems);
}

function textsOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${path}/${key}`));
}

function invalid(question: string, path: string, violation: Violation): Diagnostic {
  return diagnostic({
    code: 'bad-question-input',
    path,
    message: `The input of ${question}${path === '' ? '' : ` at ${path}`} ${describeViolation(violation)}.`,
    fix: `Correct the argument; the input schema of ${question} says what is allowed.`,
  });
}

/** PostgreSQL takes none. */
function hasNul(question: string, path: string): Diagnostic {
  return diagnostic({
    code: 'bad-question-input',
    path,
    message: `The input of ${question} at ${path} must not contain the character NUL.`,
    fix: `Remove the character from the argument ${path.slice(1)}.`,
  });
}
