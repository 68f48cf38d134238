import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { suggestion } from './language/index.js';
import type { MappedTable, Plan, RuleReference } from './plan.js';
import type { ValidationSettings } from './template.js';

/**
 * Reports rules whose `validate` names a column that none of their tables has: values that were to be masked would be
 * shown, and what was to be left out would be compared. Partition columns cannot be left out: rows are compared by them.
 */
export function checkValidationInPlan({ tables }: Plan): Diagnostic[] {
  const validated = tables.flatMap((table) =>
    table.validate === undefined ? [] : [{ table, rule: table.rule, settings: table.validate }],
  );
  return [...Map.groupBy(validated, ({ rule }) => `${rule.file}\u0000${rule.name}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const own = group.map(({ table }) => table);
    return [...unknownColumns(first.rule, first.settings, own), ...excludedKeys(first.rule, first.settings, own)];
  });
}

function unknownColumns(
  rule: RuleReference,
  settings: ValidationSettings,
  tables: readonly MappedTable[],
): Diagnostic[] {
  const known = [
    ...new Set(tables.flatMap(({ source }) => [...source.columns, ...source.partitionKeys].map(({ name }) => name))),
  ];
  const lower = new Set(known.map((name) => name.toLowerCase()));
  const named = [
    ...Object.entries(settings.columns ?? {}).flatMap(([use, names]) =>
      names.map((name) => ({ name, place: `validate.columns.${use}` })),
    ),
    ...Object.keys(settings.equality?.columns ?? {}).map((name) => ({ name, place: 'validate.equality.columns' })),
  ];
  return named
    .filter(({ name }) => !lower.has(name.toLowerCase()))
    .map(({ name, place }) =>
      problem(
        rule,
        'validate-unknown-column',
        `names the column '${name}' in ${place}, which none of its ${tables.length} tables has.`,
        suggestion(name, known) ?? 'Correct the name, or remove it.',
      ),
    );
}

function excludedKeys(
  rule: RuleReference,
  { columns }: ValidationSettings,
  tables: readonly MappedTable[],
): Diagnostic[] {
  const excluded = new Set(columns?.exclude?.map((name) => name.toLowerCase()));
  const keys = new Set(tables.flatMap(({ source }) => source.partitionKeys.map(({ name }) => name)));
  return [...keys]
    .filter((name) => excluded.has(name.toLowerCase()))
    .map((name) =>
      problem(
        rule,
        'validate-partition-column',
        `excludes the partition column '${name}', by which rows are compared.`,
        `Remove '${name}' from validate.columns.exclude.`,
      ),
    );
}

function problem({ name, file, line }: RuleReference, code: string, what: string, fix: string): Diagnostic {
  return diagnostic({
    code,
    path: `rule '${name}'`,
    message: `The rule '${name}' ${what}`,
    fix,
    at: { file, line },
  });
}
