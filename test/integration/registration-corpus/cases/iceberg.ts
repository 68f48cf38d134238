import type { CorpusCase, Place } from '../corpus-case.js';

const after = [
  [1, 'changed'],
  [3, 'c'],
];

/** Trino writes the table at the place, then forgets it, as if its files had been copied there. Returns the metadata file. */
function writtenBy(properties: string, subfolder = '') {
  return async (
    { database, location }: Place,
    id: string,
    query: (sql: string) => Promise<readonly (readonly unknown[])[]>,
  ): Promise<string> => {
    const name = `iceberg.${database}.${id}`;
    await query(`CREATE SCHEMA IF NOT EXISTS iceberg.${database}`);
    await query(
      `CREATE TABLE ${name} (id INTEGER, v VARCHAR) WITH (location = '${location}${subfolder}', ${properties})`,
    );
    await query(`INSERT INTO ${name} VALUES (1, 'a'), (2, 'b'), (3, 'c')`);
    if (properties.includes('2')) await query(`UPDATE ${name} SET v = 'changed' WHERE id = 1`);
    await query(`DELETE FROM ${name} WHERE id = 2`);
    const [[file]] = (await query(
      `SELECT file FROM iceberg.${database}."${id}$metadata_log_entries" ORDER BY timestamp DESC, file DESC LIMIT 1`,
    )) as readonly [readonly [string]];
    await query(`CALL iceberg.system.unregister_table('${database}', '${id}')`);
    return file;
  };
}

const registered = (properties: string, table: CorpusCase['table']): Omit<CorpusCase, 'id'> => ({
  prepare: writtenBy(properties),
  table,
  expected: { rows: after },
});

const parameters = ({ metadata = '' }: Place): Readonly<Record<string, string>> => ({
  table_type: 'ICEBERG',
  metadata_location: metadata,
});
const icebergColumns = [
  { Name: 'id', Type: 'int' },
  { Name: 'v', Type: 'string' },
];

export const icebergCases: readonly CorpusCase[] = [
  {
    id: 'iceberg_2',
    ...registered('format_version = 2', (place) => ({
      TableType: 'EXTERNAL_TABLE',
      Parameters: parameters(place),
      StorageDescriptor: { Columns: icebergColumns, Location: place.location.replace(/\/$/, '') },
    })),
  },
  {
    id: 'iceberg_without_descriptor',
    ...registered('format_version = 2', (place) => ({ TableType: 'EXTERNAL_TABLE', Parameters: parameters(place) })),
  },
  {
    id: 'iceberg_by_s3a',
    ...registered('format_version = 2', (place) => ({
      TableType: 'EXTERNAL_TABLE',
      Parameters: parameters(place),
      StorageDescriptor: { Columns: icebergColumns, Location: place.location.replace('s3:', 's3a:') },
    })),
  },
  {
    id: 'iceberg_without_metadata',
    table: ({ location }) => ({
      Parameters: { table_type: 'ICEBERG' },
      StorageDescriptor: { Columns: icebergColumns, Location: location },
    }),
    expected: { blocked: /metadata_location/ },
  },
  {
    id: 'iceberg_elsewhere',
    table: ({ location }) => ({
      Parameters: { table_type: 'ICEBERG', metadata_location: `${location}other/metadata/1.metadata.json` },
      StorageDescriptor: { Columns: icebergColumns, Location: `${location}t` },
    }),
    expected: { blocked: /metadata/ },
  },
];
