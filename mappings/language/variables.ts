import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { compilePattern } from '../../core/linear-pattern.js';
import type { VariableValue } from '../template.js';
import { suggestion } from './schema-diagnostics.js';
import type { Path, YamlSource } from './yaml-source.js';

/** The declaration of a variable, as in the JSON Schema. */
export interface VariableDeclaration {
  readonly type: 'string' | 'number' | 'boolean';
  readonly default?: VariableValue;
  readonly enum?: readonly VariableValue[];
  readonly pattern?: string;
}

export interface DeclaredVariable extends VariableDeclaration {
  readonly source: YamlSource;
}

/** Names that stand for the current asset and are replaced when the Plan is made. */
const assetVariables = [
  'database',
  'database.identifier',
  'table',
  'table.identifier',
  'bucket',
  'region',
  'account',
] as const;

const replacedSections: readonly string[] = ['target', 'rules', 'grants'];

const reference = /\$?\$\{([^}]*)\}/g;
const wholeReference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

export interface VariableValues {
  readonly values: Readonly<Record<string, VariableValue>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Values for all declared variables: given ones first, then defaults. `given` are texts, as on a command line. */
export function valuesOf(
  declared: ReadonlyMap<string, DeclaredVariable>,
  given: Readonly<Record<string, string>>,
): VariableValues {
  const values: Record<string, VariableValue> = {};
  const diagnostics: Diagnostic[] = [];
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) diagnostics.push(undeclared(name, [...declared.keys()]));
  }
  for (const [name, declaration] of declared) {
    const value = Object.hasOwn(given, name) ? parseValue(given[name] ?? '', declaration.type) : declaration.default;
    const problem =
      value === undefined
        ? Object.hasOwn(given, name)
          ? `'${given[name] ?? ''}' is not a ${declaration.type}`
          : null
        : problemOf(value, declaration);
    if (value === undefined && problem === null) diagnostics.push(missing(name, declaration));
    else if (problem !== null) diagnostics.push(unfit(name, problem, declaration));
    else if (value !== undefined) values[name] = value;
  }
  return { values, diagnostics };
}

function parseValue(text: string, type: VariableDeclaration['type']): VariableValue | undefined {
  if (type === 'string') return text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
}

function problemOf(value: VariableValue, { type, enum: allowed, pattern }: DeclaredVariable): string | null {
  if (typeof value !== type) return `'${String(value)}' is not a ${type}`;
  if (allowed !== undefined && !allowed.includes(value))
    return `'${String(value)}' is not one of ${allowed.join(', ')}`;
  if (pattern !== undefined && compilePattern(pattern)?.(String(value)) !== true)
    return `'${String(value)}' does not match ${pattern}`;
  return null;
}

/** The names that a text may contain besides template variables. */
interface Scope {
  /** Names that are replaced later: of the current asset, or of the stack. */
  readonly laterNames: readonly string[];
}

export interface Replaced {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Replaces `${name}` in every text of `target`, `rules` and `grants`; a text that is nothing but one reference takes the variable's
 * own type. `$${name}` stands for a literal `${name}`. Asset variables stay as they are inside `to`, and so do variables
 * that are `unresolved`, whose lack is reported where they are declared.
 */
export function replaceVariables(
  template: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, VariableValue>>,
  source: YamlSource,
  unresolved: ReadonlySet<string> = new Set(),
): Replaced {
  const diagnostics: Diagnostic[] = [];

  const replaceText = (text: string, path: Path, scope: Scope): unknown => {
    const whole = wholeReference.exec(text)?.[1];
    if (whole !== undefined && Object.hasOwn(variables, whole)) return variables[whole];
    return text.replace(reference, (match, name: string) => {
      // Names that are replaced later are unescaped then, or they would be replaced after all.
      if (match.startsWith('$$')) return scope.laterNames.length > 0 ? match : match.slice(1);
      if (Object.hasOwn(variables, name)) return String(variables[name]);
      if (unresolved.has(name)) return match;
      if (scope.laterNames.includes(name)) return match;
      diagnostics.push(unknownReference(name, path, scope, Object.keys(variables), source));
      return match;
    });
  };

  const replace = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return replaceText(value, path, scopeOf(path));
    if (Array.isArray(value)) return value.map((item, index) => replace(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner, [...path, key])]));
  };

  const value = Object.fromEntries(
    Object.entries(template).map(([key, inner]) => [
      key,
      replacedSections.includes(key) ? replace(inner, [key]) : inner,
    ]),
  );
  return { value, diagnostics };
}

function isAssetVariable(name: string): name is (typeof assetVariables)[number] {
  return (assetVariables as readonly string[]).includes(name);
}

function scopeOf([section, part, field]: Path): Scope {
  const inRule = section === 'rules';
  const inState = section === 'target' && part === 'state';
  return { laterNames: inRule && field === 'to' ? assetVariables : inState ? ['stack'] : [] };
}

function undeclared(name: string, declared: readonly string[]): Diagnostic {
  return diagnostic({
    code: 'unknown-variable',
    path: `--var ${name}`,
    message: `The template declares no variable '${name}'. Declared: ${declared.join(', ') || 'none'}.`,
    fix: suggestion(name, declared) ?? `Remove --var ${name}=…, or declare it under variables.`,
  });
}

function missing(name: string, { source, type }: DeclaredVariable): Diagnostic {
  return diagnostic({
    code: 'missing-variable',
    path: `/variables/${name}`,
    message: `The variable '${name}' (${type}) has no default and no value was given.`,
    fix: `Add --var ${name}=<value> (in a pipeline: A2O_VARS='{"${name}":"<value>"}'), or declare a default.`,
    at: source.positionOf(['variables', name], 'key'),
  });
}

function unfit(name: string, problem: string, { source }: DeclaredVariable): Diagnostic {
  return diagnostic({
    code: 'bad-variable',
    path: `/variables/${name}`,
    message: `The variable '${name}': ${problem}.`,
    fix: `Pass a value that the declaration allows with --var ${name}=<value>, or change the declaration.`,
    at: source.positionOf(['variables', name], 'key'),
  });
}

function unknownReference(
  name: string,
  path: Path,
  scope: Scope,
  declared: readonly string[],
  source: YamlSource,
): Diagnostic {
  const allowed = [...declared, ...scope.laterNames];
  const misplaced = isAssetVariable(name);
  return diagnostic({
    code: 'missing-variable',
    path: `/${path.join('/')}`,
    message: misplaced
      ? `\${${name}} stands for the current asset and is known only inside 'to'.`
      : `\${${name}} is not declared. Known here: ${allowed.join(', ') || 'none'}.`,
    fix:
      suggestion(name, allowed) ??
      (misplaced
        ? `Declare a variable with another name under variables.`
        : `Declare it: variables: { ${name}: { type: string, default: … } }.`),
    at: source.positionOf(path),
  });
}
