import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { AssetKind, Destination, MappingRule, Target } from '../template.js';
import { dataSyncProblem } from './datasync-checks.js';
import { isContradiction, possibleKinds } from './logic.js';
import { suggestion } from './schema-diagnostics.js';
import { WideConditions } from './wide-conditions.js';

/** Checks that a JSON Schema cannot express: each rule can match something, none hides a later one of its template, `to` fits. */
export function checkRules(rules: readonly MappingRule[], target: Target): Diagnostic[] {
  // A child is meant to override its parent, so only rules of the same template are compared.
  const earlierIn = new Map<string, WideConditions<MappingRule>>();
  const problems = rules.flatMap((rule) => {
    const earlier = earlierIn.get(rule.origin.file) ?? new WideConditions<MappingRule>();
    earlierIn.set(rule.origin.file, earlier);
    const found = [...checkReach(rule, earlier), ...checkDestination(rule, target)];
    earlier.add(rule.when, rule);
    return found;
  });
  return [...problems, ...checkNames(rules)];
}

function checkReach(rule: MappingRule, earlier: WideConditions<MappingRule>): Diagnostic[] {
  if (isContradiction(rule.when)) {
    return [
      problem(
        rule,
        'rule-never-matches',
        'can never match: its conditions exclude one another.',
        'Remove a condition from `when`, or move alternatives into `any`.',
      ),
    ];
  }
  const hiding = earlier.firstImpliedBy(rule.when);
  if (hiding === undefined) return [];
  return [
    problem(
      rule,
      'rule-never-matches',
      `can never match: the rule '${hiding.name}' (line ${hiding.origin.line}) comes first and matches everything that this one matches.`,
      'Move it above that rule, narrow that rule, or remove this one.',
    ),
  ];
}

const keysOfKind: Readonly<Record<AssetKind, readonly (keyof Destination)[]>> = {
  bucket: ['bucket', 'versioning'],
  database: ['catalog', 'schema'],
  table: ['catalog', 'schema', 'table', 'convert', 'engine'],
};

const assetVariablesOfKind: Readonly<Record<AssetKind, readonly string[]>> = {
  bucket: ['bucket', 'region', 'account'],
  database: ['database', 'database.identifier', 'region', 'account'],
  table: ['database', 'database.identifier', 'table', 'table.identifier', 'region', 'account'],
};

function checkDestination(rule: MappingRule, target: Target): Diagnostic[] {
  if (rule.action.type !== 'map') return [];
  const kinds = possibleKinds(rule.when);
  const [kind] = kinds;
  if (kind === undefined) return [];
  if (kinds.length > 1) {
    return [
      problem(
        rule,
        'rule-of-many-kinds',
        `maps several kinds of assets (${kinds.join(', ')}), which become different things.`,
        'Add `kind: table`, `kind: database` or `kind: bucket` to `when`.',
      ),
    ];
  }
  const { to } = rule.action;
  const misplaced = Object.keys(to).filter((key) => !(keysOfKind[kind] as readonly string[]).includes(key));
  const strange = Object.values(to)
    .flatMap((text) => (typeof text === 'string' ? variablesIn(text) : []))
    .filter((name) => !assetVariablesOfKind[kind].includes(name));
  const catalogs = Object.keys(target.catalogs);
  return [
    ...(rule.action.validate !== undefined && kind !== 'table'
      ? [
          problem(
            rule,
            'bad-validation',
            `has 'validate', but maps a ${kind}: only tables are validated.`,
            'Remove `validate`.',
          ),
        ]
      : []),
    ...misplaced.map((key) =>
      problem(
        rule,
        'bad-destination',
        `has 'to.${key}', which does not apply to a ${kind}. Allowed: ${keysOfKind[kind].join(', ')}.`,
        `Remove '${key}'.`,
      ),
    ),
    ...strange.map((name) =>
      problem(
        rule,
        'bad-destination',
        `uses \${${name}}, which a ${kind} does not have. Allowed: ${assetVariablesOfKind[kind].join(', ')}.`,
        'Use an allowed variable, or declare one under `variables`.',
      ),
    ),
    ...(to.catalog !== undefined && !catalogs.includes(to.catalog)
      ? [
          problem(
            rule,
            'unknown-catalog',
            `maps to the catalog '${to.catalog}', which is not in target.catalogs. Allowed: ${catalogs.join(', ')}.`,
            suggestion(to.catalog, catalogs) ?? `Use an allowed catalog, or add '${to.catalog}' under target.catalogs.`,
          ),
        ]
      : []),
    ...checkDataSync(rule, target),
    ...(to.convert !== undefined && to.catalog !== undefined && target.catalogs[to.catalog]?.type === 'hive-metastore'
      ? [
          problem(
            rule,
            'bad-destination',
            `converts to Iceberg, but the catalog '${to.catalog}' is a hive-metastore catalog.`,
            'Map to an iceberg-rest catalog, or leave `convert` out.',
          ),
        ]
      : []),
  ];
}

function checkDataSync(rule: MappingRule, target: Target): Diagnostic[] {
  if (rule.action.type !== 'map' || rule.action.to.engine !== 'datasync') return [];
  const found = dataSyncProblem(target);
  return found === undefined ? [] : [problem(rule, 'datasync-unfit', found.what, found.fix)];
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, name]) => name ?? '');
}

function checkNames(rules: readonly MappingRule[]): Diagnostic[] {
  const first = new Map<string, MappingRule>();
  const repeated: Diagnostic[] = [];
  for (const rule of rules) {
    const id = JSON.stringify([rule.origin.file, rule.name]);
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, rule);
    else
      repeated.push(
        problem(
          rule,
          'duplicate-rule-name',
          `has the same name as the rule on line ${earlier.origin.line}.`,
          'Give each rule a unique `name`: plans and explanations refer to it.',
        ),
      );
  }
  return repeated;
}

function problem({ name, origin }: MappingRule, code: string, what: string, fix: string): Diagnostic {
  const { file, line, column } = origin;
  return diagnostic({
    code,
    path: `rule '${name}'`,
    message: `The rule '${name}' ${what}`,
    fix,
    at: { file, line, ...(column === undefined ? {} : { column }) },
  });
}
