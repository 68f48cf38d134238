import { relationNamesIn } from '../../core/relation-names.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { unregistrable } from './hive-table.js';
import type { ManifestEntry, RegisteredTable, Registration, RegistrationContext } from './manifest-types.js';
import { identifier, qualifiedName } from './sql.js';

/** The source's view; every table that its SQL reads is named as it is at the target. */
export function registerView(table: RegisteredTable, context: RegistrationContext): Registration {
  const { view } = table.source;
  const sql = view?.sql ?? null;
  if (view === null || sql === null) return unregistrable('its SQL could not be read');
  const moved = moveNames(sql.trim().replace(/;+\s*$/, ''), view.schema ?? table.source.database, context);
  if (!moved.ok) return unregistrable(`it reads ${moved.error}, which is not mapped`);
  const remarks =
    view.dialect === 'presto' ? [] : [`its SQL is written for ${view.dialect}: check it before it is run`];
  return { statements: [createView(table, moved.value)], remarks };
}

/** Fails with the first name that has no place at the target. */
function moveNames(sql: string, schema: string, { tables }: RegistrationContext): Result<string, string> {
  let moved = '';
  let end = 0;
  for (const name of relationNamesIn(sql)) {
    const [relation = '', database = schema, catalog = 'awsdatacatalog'] = [...name.parts].reverse();
    const target = catalog === 'awsdatacatalog' ? tables.get(`${database}.${relation}`.toLowerCase()) : undefined;
    if (target === undefined) return fail(name.parts.join('.'));
    // Columns may be called by the table's old name.
    const alias = name.isAliased || target.table === relation ? '' : ` AS ${identifier(relation)}`;
    moved += sql.slice(end, name.start) + qualifiedName(target.catalog, target.schema, target.table) + alias;
    end = name.end;
  }
  return ok(moved + sql.slice(end));
}

/** A resource link becomes a view over what it points to. */
export function registerAlias(table: RegisteredTable, context: RegistrationContext): Registration {
  const source = table.source.link?.resolvedTo ?? null;
  if (source === null) return unregistrable('it points to nothing that was found');
  const target = context.tables.get(source.toLowerCase());
  if (target === undefined) return unregistrable(`it points to ${source}, which is not mapped`);
  const from = qualifiedName(target.catalog, target.schema, target.table);
  return { statements: [createView(table, `SELECT * FROM ${from}`)], remarks: [] };
}

/** With the rights of who reads it, as Athena does. */
function createView({ catalog, schema, table }: RegisteredTable, sql: string): string {
  return `CREATE OR REPLACE VIEW ${qualifiedName(catalog, schema, table)} SECURITY INVOKER AS\n${sql}`;
}

/** Views after the views that their SQL reads, and otherwise as they were. Views that read each other stay in place. */
export function orderViews(views: readonly ManifestEntry[]): readonly ManifestEntry[] {
  const byName = new Map<string, ManifestEntry[]>();
  for (const view of views) {
    const name = `${view.schema}.${view.table ?? ''}`;
    byName.set(name, [...(byName.get(name) ?? []), view]);
  }
  const ordered = new Set<ManifestEntry>();
  const entered = new Set<ManifestEntry>();
  // A stack of our own: a chain of views may be longer than the call stack is deep.
  for (const root of views) {
    const stack = [root];
    for (let view = stack.at(-1); view !== undefined; view = stack.at(-1)) {
      const waits = entered.has(view) ? [] : namesRead(view).flatMap((name) => byName.get(name) ?? []);
      entered.add(view);
      const next = waits.filter((other) => !entered.has(other));
      if (next.length > 0) stack.push(...next.reverse());
      else ordered.add(stack.pop() ?? view);
    }
  }
  return [...ordered];
}

/** `schema.table` of what it reads. */
function namesRead({ statements }: ManifestEntry): string[] {
  return statements.flatMap((sql) => relationNamesIn(sql).map(({ parts }) => parts.slice(-2).join('.')));
}
