import { compileGlobs } from '../core/glob.js';
import type { MappedTable } from './plan.js';
import type { Grant } from './template.js';

/** The grants that are about a table, in their order, up to the first that is for everyone: later ones have no effect. */
export function grantsOn(
  { catalog, schema, table }: Pick<MappedTable, 'catalog' | 'schema' | 'table'>,
  grants: readonly Grant[],
): readonly Grant[] {
  const about = grants.filter(
    ({ on }) => on.catalogs.includes(catalog) && compileGlobs(on.schemas)(schema) && compileGlobs(on.tables)(table),
  );
  const last = about.findIndex(({ to }) => to.users.includes('*'));
  return last === -1 ? about : about.slice(0, last + 1);
}
