import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Plan, RuleReference } from './plan.js';

const maxNames = 3;

/** Warns of rules that skip databases whose tables other rules map: a rule over databases decides nothing about tables. */
export function checkSkippedDatabases({ skipped, tables }: Plan): Diagnostic[] {
  // Links are always skipped as databases; their tables lie elsewhere.
  const byDatabase = Map.groupBy(tables, ({ source }) => `database:${source.database}`);
  const halves = skipped.flatMap(({ key, kind, rule }) => {
    const count = byDatabase.get(key)?.length ?? 0;
    return kind === 'database' && rule !== null && count > 0 ? [{ key, rule, count }] : [];
  });
  return [...Map.groupBy(halves, ({ rule }) => `${rule.file}\u0000${rule.name}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.slice(0, maxNames).map(({ key }) => key.slice('database:'.length));
    const rest = group.length - names.length;
    const count = group.reduce((sum, one) => sum + one.count, 0);
    return [warning(first.rule, names.join(', ') + (rest > 0 ? ` and ${rest} more` : ''), count)];
  });
}

function warning({ name, file, line }: RuleReference, databases: string, tables: number): Diagnostic {
  return diagnostic({
    code: 'skipped-database-has-tables',
    severity: 'warning',
    path: `rule '${name}'`,
    message: `The rule '${name}' skips ${databases}, but ${tables} of the tables there stay mapped by other rules.`,
    fix: 'Leave `kind: database` out of the rule to skip the tables too, or add a rule for them.',
    at: { file, line },
  });
}
