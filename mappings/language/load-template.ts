import { canonicalJson, sha256 } from '../../core/canonical-json.js';
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
import { replaceVariables, valuesOf } from './variables.js';
import type { DeclaredVariable, VariableDeclaration } from './variables.js';
import type { YamlSource } from './yaml-source.js';

export interface LoadOptions {
  readonly find: FindTemplate;
  /** Values for variables, as texts. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface RawTemplate {
  readonly metadata: { readonly name: string; readonly description?: string };
  readonly target?: JsonObject;
  readonly rules?: readonly RawRule[];
  readonly grants?: readonly RawGrant[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a template and its ancestors: parse, collect variables, replace them, check each against the JSON Schema, merge,
 * check what a schema cannot express. All problems of a step are reported together.
 */
export function loadTemplate(reference: string, { find, variables = {} }: LoadOptions): Result<MappingTemplate> {
  const lineage = readLineage(reference, find);
  if (!lineage.ok) return lineage;
  const sources = lineage.value;

  const shapeProblems = sources.flatMap((source) =>
    isObject(source.value)
      ? checkVariableDeclarations(source.value['variables'] ?? {}, source)
      : checkTemplate(source.value, source),
  );
  if (shapeProblems.length > 0) return fail(shapeProblems);

  const { values, diagnostics } = valuesOf(declaredVariables(sources), variables);
  const replaced = sources.map((source) => ({
    source,
    ...replaceVariables(source.value as JsonObject, values, source),
  }));
  // A variable without a value would be reported a second time.
  const templateProblems =
    diagnostics.length > 0 ? [] : replaced.flatMap(({ source, value }) => checkTemplate(value, source));
  const problems = [
    ...diagnostics,
    ...(diagnostics.length > 0 ? [] : replaced.flatMap((one) => one.diagnostics)),
    ...templateProblems,
  ];
  if (problems.length > 0) return fail(problems);

  const templates = replaced.map(({ source, value }) => ({ source, raw: value as RawTemplate }));
  const [own] = templates;
  if (own === undefined) throw new Error('a lineage has at least the template that was asked for');
  const target = templates.reduceRight<JsonObject>((parent, { raw }) => mergeTargets(parent, raw.target ?? {}), {});
  const targetProblems = checkCompleteTarget(target, own.source);
  if (targetProblems.length > 0) return fail(targetProblems);

  const rules = templates.flatMap(({ source, raw }) => rulesOf(raw, source));
  const grants = templates.flatMap(({ source, raw }) => grantsOf(raw, source, target as unknown as Target));
  const merged = target as unknown as Target;
  const ruleProblems = [
    ...checkTarget(merged, own.source),
    // Without a catalog, every rule that names one would be reported, too.
    ...(Object.keys(merged.catalogs).length === 0
      ? []
      : [...checkRules(rules, merged), ...checkGrants(grants, merged)]),
  ];
  if (ruleProblems.length > 0) return fail(ruleProblems);

  return ok({
    name: own.raw.metadata.name,
    description: own.raw.metadata.description ?? null,
    lineage: templates.map(({ raw }) => raw.metadata.name),
    texts: sources.map(({ text }) => text),
    sha256: sha256(canonicalJson([sources.map(({ text }) => text), values])),
    variables: values,
    target: target as unknown as Target,
    rules,
    grants,
  });
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
  return rules.map((rule, index) =>
    normalizeRule(rule, { template: metadata.name, ...source.positionOf(['rules', index]) }),
  );
}

function grantsOf({ metadata, grants = [] }: RawTemplate, source: YamlSource, { catalogs }: Target): Grant[] {
  return grants.map((grant, index) =>
    normalizeGrant(grant, Object.keys(catalogs), {
      template: metadata.name,
      ...source.positionOf(['grants', index]),
    }),
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

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
