import { inPlaceCatalog } from '../../core/helper-tables.js';
import { migrationUser } from '../../core/machine-users.js';
import { exactly } from './name-patterns.js';

type AccessRule = Readonly<Record<string, unknown>>;

/** Of the Hive and Iceberg connectors. Removing from the metastore deletes no files. */
const registration = ['register_partition', 'register_table', 'sync_partition_metadata', 'unregister_partition'];

/**
 * The privileges that a worker needs to register and load tables: the schemas and tables of the lake's catalogs, four
 * of their procedures (and the two that convert in place), and its own queries, to see and stop a load that an earlier
 * worker left running. It stops no queries of others, acts as nobody else and sets no properties. DELETE is what
 * `unregister_partition` asks for. A view with SECURITY DEFINER reads as its owner, who needs GRANT_SELECT for others
 * to read it.
 * Source: Trino 476 documentation, 'File-based access control'.
 */
export function migrationRules(
  catalogs: readonly string[],
): Readonly<Record<'catalogs' | 'procedures' | 'schemas' | 'tables', readonly AccessRule[]>> {
  const user = { user: migrationUser };
  const lake = { ...user, catalog: exactly(catalogs) };
  const inPlace = { ...user, catalog: inPlaceCatalog };
  const runtime = { ...user, catalog: 'system', schema: 'runtime' };
  return {
    catalogs: [{ ...lake, allow: 'all' }],
    procedures: [
      { ...lake, schema: 'system', procedure: registration.join('|'), privileges: ['EXECUTE'] },
      ...(catalogs.includes(inPlaceCatalog)
        ? [{ ...inPlace, schema: 'system', procedure: 'migrate|unregister_table', privileges: ['EXECUTE'] }]
        : []),
      { ...runtime, procedure: 'kill_query', privileges: ['EXECUTE'] },
    ],
    schemas: [
      { ...lake, owner: true },
      { ...user, owner: false },
    ],
    tables: [
      { ...lake, privileges: ['SELECT', 'INSERT', 'DELETE', 'OWNERSHIP', 'GRANT_SELECT'] },
      { ...runtime, table: 'queries', privileges: ['SELECT'] },
    ],
  };
}
