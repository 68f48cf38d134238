import { compileGlobs } from '../core/glob.js';
import type { MappedTable, Plan } from './plan.js';
import type { Grant } from './template.js';

/** Users whom the same grants are for. */
export interface Readers {
  /** A user as an example; `everyone` for those whom no grant names. */
  readonly name: string;
  /** Whether the grant is for them, whatever it is on. */
  readonly has: (grant: Grant) => boolean;
  /** The first of their grants that is about the table; `undefined`: access is refused. */
  readonly grantOn: (table: Pick<MappedTable, 'catalog' | 'schema' | 'table'>) => Grant | undefined;
}

/** Everybody whom grants are for. Administrators need none. */
export function readersOf({ grants, target: { access } }: Pick<Plan, 'grants' | 'target'>): readonly Readers[] {
  const compiled = grants.map((grant) => ({
    grant,
    isOfSchemas: compileGlobs(grant.on.schemas),
    isOfTables: compileGlobs(grant.on.tables),
  }));
  const named = [...grants.flatMap(({ to }) => to.users), ...Object.values(access.groups).flat()];
  const users = [...new Set(named)].filter((user) => user !== '*' && !access.admins.includes(user)).sort();
  const found = new Map<string, Readers>();
  for (const user of [...users, undefined]) {
    const own = compiled.filter(({ grant }) => isFor(grant, user, access.groups));
    const signature = own.map(({ grant }) => grants.indexOf(grant)).join();
    if (own.length === 0 || found.has(signature)) continue;
    const all = new Set(own.map(({ grant }) => grant));
    found.set(signature, {
      name: user ?? 'everyone',
      has: (grant) => all.has(grant),
      grantOn: ({ catalog, schema, table }) =>
        own.find(
          ({ grant, isOfSchemas, isOfTables }) =>
            grant.on.catalogs.includes(catalog) && isOfSchemas(schema) && isOfTables(table),
        )?.grant,
    });
  }
  return [...found.values()];
}

/** `user`: `undefined` for one whom no grant and no group names. */
function isFor({ to }: Grant, user: string | undefined, groups: Readonly<Record<string, readonly string[]>>): boolean {
  if (to.users.includes('*')) return true;
  if (user === undefined) return false;
  return to.users.includes(user) || to.groups.some((group) => groups[group]?.includes(user) === true);
}
