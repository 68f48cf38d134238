import { diagnostic } from '../../core/diagnostic.js';
import type { ErrorObject } from 'ajv';
import type { Diagnostic, SourcePosition } from '../../core/diagnostic.js';
import { describeViolation } from '../../core/violation.js';

/** The problems that a report file can have, each with its fix. */
export const againFix =
  'Copy the report again from its original location, or run `aws2openstack assess glue-catalog` again.';

export function problem(
  code: string,
  file: string,
  message: string,
  fix: string = againFix,
  more: { line?: number; path?: string } = {},
): Diagnostic {
  const at: SourcePosition = more.line === undefined ? { file } : { file, line: more.line };
  return diagnostic({ code, path: more.path ?? '', message, fix, at });
}

/** One sentence for a schema violation: what was found and what is allowed. */
export function violationMessage(where: string, error: ErrorObject): string {
  const received = show(error.data);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'required':
      return `${where} lacks the key '${String(params['missingProperty'])}'.`;
    case 'type':
      return `${where} is ${received}; allowed is ${[params['type']].flat().map(String).join(' or ')}.`;
    case 'enum':
      return `${where} is ${received}; allowed are ${(params['allowedValues'] as unknown[]).map(String).join(', ')}.`;
    case 'const':
      return `${where} is ${received}; allowed is ${show(params['allowedValue'])}.`;
    default:
      return `${where} is ${received}; it ${describeViolation(error)}.`;
  }
}

/** A value for a message: short, whatever it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
