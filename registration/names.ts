import { isHelperSchema, isHelperTable, rawSuffix, stagingPrefix } from '../core/helper-tables.js';
import { longestHiveName } from '../core/hive-limits.js';

const hiveName = /^[A-Za-z0-9_]+$/;

/** Seen with Trino 476: it accepts tables in them, and finds none. */
const hiddenHiveSchemas: ReadonlySet<string> = new Set(['information_schema', 'sys']);
/** `system` has the catalog's procedures and tables. Seen with Trino 476. */
const hiddenIcebergSchemas: ReadonlySet<string> = new Set(['information_schema', 'system']);

/** The table that holds the text behind a typed CSV view. */
export function rawName(table: string): string {
  return `${table}${rawSuffix}`;
}

/**
 * The schema that a converted table is staged in. All conversions are staged in one Hive catalog, each in a schema of its
 * own, which is dropped without regard to other tables: `hash` is that of the table's complete name.
 */
export function stagingSchema(schema: string, hash: string): string {
  return `${stagingPrefix}${hiveIdentifier(schema, longestHiveName - stagingPrefix.length - hash.length - 1)}_${hash}`;
}

/** The name of a staged table; `hash`, of its own name, replaces what Hive would refuse in it. */
export function stagingTable(table: string, hash: string): string {
  const room = longestHiveName - rawSuffix.length;
  if (hiveName.test(table) && table.length <= room) return table;
  return `${hiveIdentifier(table, room - hash.length - 1)}_${hash}`;
}

/** Why a schema cannot have this name; `null` when it can. */
export function schemaNameRefusal(schema: string, inHive: boolean): string | null {
  if (schema === '') return 'its schema name would be empty';
  if (isHelperSchema(schema)) return keptName(schema);
  const hidden = inHive ? hiddenHiveSchemas : hiddenIcebergSchemas;
  if (hidden.has(schema.toLowerCase())) {
    return `the schema name ${schema} is Trino's own, so nothing in it could be read; give it another one with \`to.schema\` in a rule`;
  }
  if (inHive) return hiveNameRefusal(schema, longestHiveName, 'to.schema');
  return schema.includes('.')
    ? `its schema name '${schema}' has a dot, which Trino takes for a nested namespace; use \${database.identifier} in the rule, or write the name there`
    : null;
}

/** Why a table cannot have this name; `null` when it can. `isTypedCsv`: it is a view over a table with the raw text. */
export function nameRefusal(
  schema: string,
  table: string,
  { inHive, isTypedCsv }: { readonly inHive: boolean; readonly isTypedCsv: boolean },
): string | null {
  const refusal = schemaNameRefusal(schema, inHive);
  if (refusal !== null) return refusal;
  if (table === '') return 'its table name would be empty';
  if (isHelperTable(schema, table)) return keptName(`${schema}.${table}`);
  if (!inHive && /[$@]/.test(table)) {
    return `its table name '${table}' has a '$' or '@', after which Trino expects a metadata table; use \${table.identifier} in the rule, or write the name there`;
  }
  const longest = isTypedCsv ? longestHiveName - rawSuffix.length : longestHiveName;
  return inHive ? hiveNameRefusal(table, longest, 'to.table') : null;
}

function hiveNameRefusal(name: string, longest: number, setting: string): string | null {
  if (!hiveName.test(name)) {
    return `Hive Metastore allows only letters, digits and underscores in names, not '${name}'; use \${table.identifier} and \${database.identifier} in the rule, or write the name there`;
  }
  return name.length <= longest
    ? null
    : `its name has ${name.length} characters; Hive Metastore allows ${longest} (shorten it with \`${setting}\` in a rule)`;
}

function keptName(name: string): string {
  return `the name ${name} is reserved for the migration's own tables`;
}

function hiveIdentifier(name: string, longest: number): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_').slice(0, longest);
}
