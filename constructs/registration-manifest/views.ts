import { unregistrable } from './hive-table.js';
import type { ManifestEntry, RegisteredTable, Registration, RegistrationContext } from './manifest-types.js';
import { qualifiedName } from './sql.js';

/** The source's view with its SQL as it is; the session gives its unqualified names their place at the target. */
export function registerView(table: RegisteredTable, context: RegistrationContext): Registration {
  const { view } = table.source;
  const sql = view?.sql ?? null;
  if (view === null || sql === null) return unregistrable('its SQL could not be read');
  const database = context.databases.get(view.schema ?? table.source.database);
  const { catalog, schema } = database ?? table;
  return {
    statements: [createView(table, sql.trim().replace(/;+\s*$/, ''))],
    session: { catalog, schema },
    remarks: [
      ...(view.dialect === 'presto' ? [] : [`its SQL is written for ${view.dialect}: check it before it is run`]),
      ...(/\bawsdatacatalog\b/i.test(sql)
        ? ["its SQL names the catalog 'awsdatacatalog': name the target's instead"]
        : []),
    ],
  };
}

/** A resource link becomes a view over what it points to. */
export function registerAlias(table: RegisteredTable, context: RegistrationContext): Registration {
  const source = table.source.link?.resolvedTo ?? null;
  if (source === null) return unregistrable('it points to nothing that was found');
  const target = context.tables.get(source);
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
    const name = (view.table ?? '').toLowerCase();
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

/** Last parts of the names after FROM, JOIN and their commas, in lower case. */
function namesRead({ statements }: ManifestEntry): string[] {
  const sql = statements.join('\n');
  const names = sql.matchAll(/(?:\b(?:from|join)\s+|,\s*)((?:"[^"]+"|\w+)(?:\s*\.\s*(?:"[^"]+"|\w+))*)/gi);
  return [...names].map(([, name = '']) => (name.split('.').at(-1) ?? '').replaceAll('"', '').trim().toLowerCase());
}
