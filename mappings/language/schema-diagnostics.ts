import type { ErrorObject, ValidateFunction } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';
import { createRequire } from 'node:module';
import { diagnostic } from '../../core/diagnostic.js';
import { withoutUserInfo } from '../../core/credentials.js';
import { compilePattern } from '../../core/linear-pattern.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { parseGlob } from '../../core/glob.js';
import { describeViolation } from '../../core/violation.js';
import type { Path, YamlSource } from './yaml-source.js';

interface Checks {
  readonly template: ValidateFunction;
  readonly variables: ValidateFunction;
  /** The merged target of a lineage. */
  readonly completeTarget: ValidateFunction;
}

type Formats = Readonly<Record<string, (text: string) => boolean>>;

// Compiled from mapping-template.schema.json by scripts/validators.mjs.
const compiled = createRequire(import.meta.url)('./template-checks.cjs') as (formats: Formats) => Checks;
const checks = compiled({
  regex: isRegex,
  glob: (text) => parseGlob(text).ok,
  instant: (text) => !Number.isNaN(Date.parse(text)),
});

/** A template whose variables were replaced. `positions` is the source it came from. */
export function checkTemplate(value: unknown, positions: YamlSource): Diagnostic[] {
  return diagnose(checks.template, value, [], positions);
}

export function checkVariableDeclarations(value: unknown, positions: YamlSource): Diagnostic[] {
  return diagnose(checks.variables, value, ['variables'], positions);
}

/** The merged target of a lineage; `positions` is the template that was asked for. */
export function checkCompleteTarget(value: unknown, positions: YamlSource): Diagnostic[] {
  const problems = diagnose(checks.completeTarget, value, ['target'], positions);
  const missing = (checks.completeTarget.errors ?? []).filter(({ keyword }) => keyword === 'required');
  if (problems.length < 2 || missing.length < problems.length) return problems;
  const keys = missing.map(({ instancePath, params }) =>
    [...instancePath.split('/').slice(1), String(params['missingProperty'])].join('.'),
  );
  return [
    diagnostic({
      code: 'incomplete-target',
      path: '/target',
      message: `The target lacks ${keys.join(', ')}.`,
      fix: 'Add `extends: default` and set only what differs, or set all of these keys.',
      at: positions.positionOf(['target'], 'key'),
    }),
  ];
}

function diagnose(validate: ValidateFunction, value: unknown, root: Path, source: YamlSource): Diagnostic[] {
  if (validate(value)) return [];
  return (
    (validate.errors ?? [])
      // For an `if` or a branch of `oneOf`, other errors are clearer.
      .filter(({ keyword, schemaPath }) => keyword !== 'if' && !schemaPath.includes('/oneOf/'))
      .map((error) => toDiagnostic(error, root, source))
  );
}

function toDiagnostic(error: ErrorObject, root: Path, source: YamlSource): Diagnostic {
  const inner = error.instancePath.split('/').slice(1).map(unescapePointer);
  const path = [...root, ...inner];
  const place = `/${path.join('/')}`;
  const name = describePlace(path);
  const owner = describeOwner(path, source);
  const at = (more: Path = [], of: 'key' | 'value' = 'value'): Pick<Diagnostic, 'severity' | 'path' | 'at'> => ({
    severity: 'error',
    path: [place === '/' ? '' : place, ...more].join('/'),
    at: source.positionOf([...path, ...more], of),
  });

  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String((error.params as { additionalProperty: unknown }).additionalProperty);
      const allowed = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return {
        code: 'unknown-key',
        ...at([key], 'key'),
        message: `The key '${key}' is not known in ${owner}. Allowed: ${allowed.join(', ')}.`,
        fix: suggestion(key, allowed) ?? `Remove '${key}'.`,
      };
    }
    case 'propertyNames': {
      const key = String((error.params as { propertyName: unknown }).propertyName);
      return {
        code: 'bad-name',
        ...at([key], 'key'),
        message: `The name '${key}' in ${owner} is not allowed.`,
        fix: 'Use letters, digits and underscores, beginning with a letter (catalogs: lower case).',
      };
    }
    case 'required': {
      const key = String((error.params as { missingProperty: unknown }).missingProperty);
      return {
        code: 'missing-key',
        ...at(),
        message: `The key '${key}' is missing in ${owner}.`,
        fix: requiredFix(path, key),
      };
    }
    case 'dependentRequired': {
      const { property, missingProperty } = error.params as Readonly<Record<'property' | 'missingProperty', string>>;
      return {
        code: 'key-without-other',
        ...at([property], 'key'),
        message: `The key '${property}' in ${owner} has an effect only together with '${missingProperty}', which is missing.`,
        fix: `Add '${missingProperty}', or remove '${property}'.`,
      };
    }
    case 'oneOf': {
      const given = ['to', 'skip', 'block'].filter((key) => Object.hasOwn(error.data ?? {}, key));
      return {
        code: 'one-action',
        ...at(),
        message: `${capitalized(owner)} must have exactly one of to, skip and block; this one has ${given.length === 0 ? 'none' : given.join(' and ')}.`,
        fix:
          given.length === 0
            ? 'Add `to: {…}`, `skip: <reason>` or `block: <reason>`.'
            : 'Keep one of them, or split the rule in two.',
      };
    }
    case 'type': {
      const allowed = [(error.params as { type: string | string[] }).type].flat();
      return {
        code: 'wrong-type',
        ...at(),
        message: `${capitalized(name)} is ${describe(error.data)}; allowed: ${allowed.map(withArticle).join(' or ')}.`,
        fix: rangeFix(path, error.data) ?? typeFix(error.data, allowed),
      };
    }
    case 'enum':
    case 'const': {
      const params = error.params as { allowedValues?: unknown[]; allowedValue?: unknown };
      const allowed = (params.allowedValues ?? [params.allowedValue]).map(String);
      if (typeof error.data !== 'string' && allowed.includes(String(error.data))) {
        return {
          code: 'wrong-type',
          ...at(),
          message: `${capitalized(name)} is the ${typeof error.data} ${String(error.data)}; allowed: the string "${String(error.data)}".`,
          fix: typeFix(error.data, ['string']),
        };
      }
      return {
        code: 'bad-value',
        ...at(),
        message: `${capitalized(name)} is ${describe(error.data)}; allowed: ${allowed.join(', ')}${alternativeOf(error)}.`,
        fix:
          rangeFix(path, error.data) ??
          suggestion(String(error.data), allowed) ??
          `Set ${name} to ${allowed.length === 1 ? String(allowed[0]) : 'an allowed value'}.`,
      };
    }
    case 'pattern':
      return {
        code: 'bad-value',
        ...at(),
        message: `${capitalized(name)} is ${describe(error.data)}, which does not have the required form.`,
        fix: describedFix(error, name),
      };
    default:
      return {
        code: 'bad-value',
        ...at(),
        message: `${capitalized(name)} is ${describe(error.data)}; it ${describeViolation(error)}.`,
        fix: describedFix(error, name),
      };
  }
}

/** The alternative that is allowed where a string was found, such as a range instead of `unknown`. */
function alternativeOf({ instancePath }: ErrorObject): string {
  if (/\/(sizeGb|rows|partitions)$/.test(instancePath)) return ', or a range such as {gte: 100}';
  return instancePath.startsWith('/target/sizing/') ? ', or a whole number' : '';
}

function requiredFix(path: Path, key: string): string {
  if (path[0] === 'target') return `Add '${key}', or inherit it with \`extends: default\`.`;
  return `Add '${key}'.`;
}

/** For a comparison where a range belongs, such as `sizeGb: '>= 100'`. */
function rangeFix(path: Path, found: unknown): string | undefined {
  const key = String(path.at(-1));
  if (!['sizeGb', 'rows', 'partitions', 'columns'].includes(key) || typeof found !== 'string') return undefined;
  const [, sign, digits = ''] = /^\s*(>=?|<=?|=|)\s*([\d_,.]*\d)/.exec(found) ?? [];
  const bounds: Readonly<Record<string, string>> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' };
  const number = digits.replaceAll(/[_,]/g, '');
  if (sign === undefined) return undefined;
  return `Write a range: ${key}: {${bounds[sign] ?? (sign === '=' ? `gte: ${number}, lte` : 'gte')}: ${number}}.`;
}

function typeFix(found: unknown, allowed: readonly string[]): string {
  if (allowed.includes('string') && (typeof found === 'number' || typeof found === 'boolean'))
    return `Put it in quotes: "${String(found)}".`;
  if ((allowed.includes('number') || allowed.includes('integer')) && typeof found === 'string')
    return 'Write the number without quotes or unit.';
  if (allowed.includes('object') && typeof found === 'number') return `Give a range, such as {gte: ${found}}.`;
  return `Give ${allowed.map(withArticle).join(' or ')}.`;
}

function describedFix(error: ErrorObject, name: string): string {
  const description = (error.parentSchema as { description?: unknown } | undefined)?.description;
  return typeof description === 'string' ? `Correct ${name}. Expected: ${description}` : `Correct ${name}.`;
}

/** Suggests the allowed value that was probably meant, if one is close enough. */
export function suggestion(found: string, allowed: readonly string[]): string | undefined {
  const same = allowed.find((one) => one.toLowerCase() === found.toLowerCase());
  const candidate = same ?? (allowed.length === 0 ? '' : closest(found, [...allowed]));
  // A name of one letter is as far from every other one.
  const furthest = candidate.length < 2 ? 0 : Math.max(candidate.length < 4 ? 1 : 2, candidate.length / 3);
  const isNear =
    candidate !== '' && (candidate.toLowerCase() === found.toLowerCase() || distance(found, candidate) <= furthest);
  return isNear ? `Did you mean '${candidate}'?` : undefined;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = withoutUserInfo(JSON.stringify(value).replace(/^"|"$/g, ''));
  return `'${text.length > 80 ? `${text.slice(0, 77)}…` : text}'`;
}

function withArticle(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'a string',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    object: 'a map',
    array: 'a list',
    null: 'null',
  };
  return names[type] ?? type;
}

/** The key, quoted, or an item of a list by the list's name: items have no names of their own. */
function describePlace(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the template';
  if (!isIndex(last)) return `'${last}'`;
  const list = path.at(-2);
  if (list === 'rules' || list === 'grants') return `${list === 'rules' ? 'rule' : 'grant'} ${Number(last) + 1}`;
  return `item ${Number(last) + 1} of '${String(list)}'`;
}

/** The owner of a key: `'when' of the rule 'big tables'`. A rule or grant without a name is counted from 1. */
function describeOwner(path: Path, { value }: YamlSource): string {
  const [section, index, ...inner] = path;
  if ((section !== 'rules' && section !== 'grants') || index === undefined) return quotedPath(path);
  const items = (value as Readonly<Record<string, unknown>>)[section];
  const item = (Array.isArray(items) ? items[Number(index)] : undefined) as
    { readonly name?: unknown } | null | undefined;
  const noun = section === 'rules' ? 'rule' : 'grant';
  const owner = typeof item?.name === 'string' ? `the ${noun} '${item.name}'` : `${noun} ${Number(index) + 1}`;
  return inner.length === 0 ? owner : `${quotedPath(inner)} of ${owner}`;
}

function quotedPath(path: Path): string {
  if (path.length === 0) return 'the template';
  const names = path.map((part, depth) => (isIndex(part) ? `[${Number(part) + 1}]` : depth === 0 ? part : `.${part}`));
  return `'${names.join('')}'`;
}

function isIndex(part: string | number): boolean {
  return /^\d+$/.test(String(part));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isRegex(text: string): boolean {
  return compilePattern(text) !== undefined;
}
