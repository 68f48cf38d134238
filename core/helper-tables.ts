/**
 * Helper tables: tables that the migration makes beside those of the source, for itself. Their names are reserved, so
 * that the Plan, the statements and Trino's access rules agree on what is one.
 */

/** Ends the name of the table that holds the text behind a typed view. */
export const rawSuffix = '__a2o_raw';
/** Begins the name of a schema that converted tables are staged in. */
export const stagingPrefix = 'a2o_staging_';
/**
 * The catalog of Trino in which a staged Hive table becomes an Iceberg table in place: the tables of the Hive Metastore,
 * seen by the Iceberg connector. No grant opens it.
 */
export const inPlaceCatalog = 'a2o_in_place';

/** Whether a schema is reserved for helper tables. Lower case, as at the target. */
export function isHelperSchema(schema: string): boolean {
  return schema.startsWith(stagingPrefix);
}

/** Whether a table is a helper table. Lower case, as at the target. */
export function isHelperTable(schema: string, table: string): boolean {
  return isHelperSchema(schema) || table.endsWith(rawSuffix);
}
