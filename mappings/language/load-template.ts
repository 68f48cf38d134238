import { canonicalJson, sha256 } from '../../core/canonical-json.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { Grant, MappingTemplate, MappingRule, Target } from '../template.js';
import { readLineage } from './lineage.js';
import type { FindTemplate } from './lineage.js';
import { checkGrants } from './grant-checks.js';
import { normalizeGrant, normalizeRule } from './normalize.js';
import type { RawGrant, RawRule } from './normalize.js';
import { checkRules } from './rule-checks.js';
import { checkCompleteTarget, checkTemplate, checkVariableDeclarations } from './schema-diagnostics.js';
import { checkTarget } from './target-checks.js';
import { trustOf } from './trust.js';
import type { FindAuthorities } from './trust.js';
import { replaceVariables, valuesOf } from './variables.js';
import type { DeclaredVariable, VariableDeclaration } from './variables.js';
import type { YamlSource } from './yaml-source.js';

export interface LoadOptions {
  readonly find: FindTemplate;
  /** @default no file can be read, so `target.trust` is refused */
  readonly findAuthorities?: FindAuthorities;
  /** Values for variables, as texts. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface RawTemplate {
  readonly metadata: { readonly name: string; readonly description?: string };
  readonly target?: JsonObject | typeof unsound;
  /** `undefined` in place of an unsound one, so that others keep their index. */
  readonly rules?: readonly (RawRule | undefined)[];
  readonly grants?: readonly (RawGrant | undefined)[];
}

/** In place of a part that cannot be checked further. */
const unsound = Symbol('unsound');

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a template and its ancestors: parse, collect variables, replace them, check each against the JSON Schema, merge,
 * check what a schema cannot express. All problems are reported together; what builds on a broken part is not checked.
 */
export function loadTemplate(
  reference: string,
  { find, findAuthorities = readsNoFile, variables = {} }: LoadOptions,
): Result<MappingTemplate> {
  const lineage = readLineage(reference, find);
  if (!lineage.ok) return lineage;
  const sources = lineage.value;

  const shapeProblems = sources.flatMap((source) =>
    isObject(source.value)
      ? checkVariableDeclarations(source.value['variables'] ?? {}, source)
      : checkTemplate(source.value, source),
  );
  if (shapeProblems.length > 0) return fail(shapeProblems);

  const declared = declaredVariables(sources);
  const { values, diagnostics } = valuesOf(declared, variables);
  const unresolved = new Set([...declared.keys()].filter((name) => !Object.hasOwn(values, name)));
  const replaced = sources.map((source) => ({
    source,
    ...replaceVariables(source.value as JsonObject, values, source, unresolved),
  }));
  const isOpen = (value: unknown): boolean => mentions(value, unresolved);
  const shapes = replaced.map(({ source, value }) => ({
    source,
    value,
    // What an unresolved variable will be is not known, so neither is what is wrong with its text.
    problems: checkTemplate(value, source).filter(({ path }) => !isOpen(valueAt(value, path))),
  }));
  const problems = [
    ...diagnostics,
    ...replaced.flatMap((one) => one.diagnostics),
    ...shapes.flatMap((shape) => shape.problems),
  ];
  // What is sound by itself is checked further, so that one run reports all that can be known.
  const templates = shapes.map(({ source, value, problems: found }) => ({
    source,
    raw: soundParts(value as RawTemplate, found, isOpen),
  }));
  const [own] = templates;
  if (own === undefined) throw new Error('a lineage has at least the template that was asked for');
  if (templates.some(({ raw }) => raw.target === unsound)) return fail(problems);
  const target = withoutRemoved(
    templates.reduceRight<JsonObject>((parent, { raw }) => mergeTargets(parent, (raw.target ?? {}) as JsonObject), {}),
  );
  const targetProblems = checkCompleteTarget(target, own.source);
  if (targetProblems.length > 0) return fail([...problems, ...targetProblems]);

  const rules = templates.flatMap(({ source, raw }) => rulesOf(raw, source));
  const grants = templates.flatMap(({ source, raw }) => grantsOf(raw, source, target as unknown as Target));
  const merged = target as unknown as Target;
  problems.push(
    ...checkTarget(merged, own.source),
    // Without a catalog, every rule that names one would be reported, too.
    ...(Object.keys(merged.catalogs).length === 0
      ? []
      : [...checkRules(rules, merged), ...checkGrants(grants, merged)]),
  );
  const trust = trustOf(target, readable(replaced), findAuthorities);
  if (!trust.ok) problems.push(...trust.error);
  if (problems.length > 0 || !trust.ok) return fail(problems);

  return ok({
    name: own.raw.metadata.name,
    description: own.raw.metadata.description ?? null,
    lineage: templates.map(({ raw }) => raw.metadata.name),
    texts: sources.map(({ text }) => text),
    sha256: sha256(canonicalJson([sources.map(({ text }) => text), values, ...(trust.value?.authorities ?? [])])),
    variables: values,
    target: withTrust(merged, trust.value),
    rules,
    grants,
  });
}

const readsNoFile: FindAuthorities = () => fail(['no file can be read here']);

/** The certificates in place of the names of their files, which differ from machine to machine. */
function withTrust(target: Target, trust: Target['trust']): Target {
  const others = Object.fromEntries(Object.entries(target).filter(([key]) => key !== 'trust')) as unknown as Target;
  return trust === undefined ? others : { ...others, trust };
}

/** The sources with their variables replaced. */
function readable(
  replaced: readonly { readonly source: YamlSource; readonly value: unknown }[],
): readonly YamlSource[] {
  return replaced.map(({ source, value }) => ({ ...source, value }));
}

function declaredVariables(sources: readonly YamlSource[]): ReadonlyMap<string, DeclaredVariable> {
  const declared = new Map<string, DeclaredVariable>();
  for (const source of [...sources].reverse()) {
    const own = (source.value as { variables?: Record<string, VariableDeclaration> }).variables ?? {};
    for (const [name, declaration] of Object.entries(own)) declared.set(name, { ...declaration, source });
  }
  return declared;
}

function rulesOf({ metadata, rules = [] }: RawTemplate, source: YamlSource): MappingRule[] {
  return rules.flatMap((rule, index) =>
    rule === undefined
      ? []
      : [normalizeRule(rule, { template: metadata.name, ...source.positionOf(['rules', index]) })],
  );
}

function grantsOf({ metadata, grants = [] }: RawTemplate, source: YamlSource, { catalogs }: Target): Grant[] {
  return grants.flatMap((grant, index) =>
    grant === undefined
      ? []
      : [
          normalizeGrant(grant, Object.keys(catalogs), {
            template: metadata.name,
            ...source.positionOf(['grants', index]),
          }),
        ],
  );
}

/** Without the rules and grants that have problems, or hold a text that is not known yet. */
function soundParts(
  raw: RawTemplate,
  problems: readonly Diagnostic[],
  isOpen: (value: unknown) => boolean,
): RawTemplate {
  const has = (...place: (string | number)[]): boolean => {
    const path = `/${place.join('/')}`;
    return problems.some((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
  };
  const broken = new Set(problems.map(({ path }) => path.split('/').slice(1, 3).join('/')));
  const sound = <T>(section: string, items: readonly T[] | undefined): readonly (T | undefined)[] =>
    Array.isArray(items) && !broken.has(section)
      ? items.map((item: T, index) => (broken.has(`${section}/${index}`) || isOpen(item) ? undefined : item))
      : [];
  return {
    // Without one, the template is refused; its rules are checked all the same.
    metadata: isObject(raw.metadata) && !has('metadata') ? raw.metadata : { name: '' },
    target: has('target') || isOpen(raw.target) ? unsound : (raw.target ?? {}),
    rules: sound('rules', raw.rules),
    grants: sound('grants', raw.grants),
  };
}

/** Whether a text in it refers to one of the variables. */
function mentions(value: unknown, variables: ReadonlySet<string>): boolean {
  if (variables.size === 0) return false;
  const text = JSON.stringify(value ?? null);
  return [...variables].some((name) => text.includes(`\${${name}}`));
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as JsonObject)[key] : inner),
      value,
    );
}

/** Maps merge key by key, the child's values win, lists are replaced; a child's `null` removes an inherited catalog. */
function mergeTargets(parent: JsonObject, child: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...parent };
  for (const [key, value] of Object.entries(child)) {
    const inherited = merged[key];
    if (value === null && isObject(inherited)) Reflect.deleteProperty(merged, key);
    else merged[key] = isObject(value) && isObject(inherited) ? mergeTargets(inherited, value) : value;
  }
  return merged;
}

/** Sections of which `null` removes an inherited one: also where none was inherited. */
const removable = ['trust', 'mirrors', 'proxy', 'images'];

function withoutRemoved(target: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(target).filter(([key, value]) => value !== null || !removable.includes(key)),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
