import { partitionsKey } from './glue-stub.js';
import type { GlueJson, StubCatalog } from './glue-stub.js';

export const accountId = '123456789012';

export function database(name: string, more: GlueJson = {}): GlueJson {
  return { Name: name, CatalogId: accountId, CreateTime: 1_700_000_000, ...more };
}

const parquet = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

export function parquetDescriptor(
  location: string,
  columns: readonly GlueJson[] = [{ Name: 'id', Type: 'bigint' }],
): GlueJson {
  return { ...parquet, Columns: columns, Location: location, Compressed: false, NumberOfBuckets: 0 };
}

export function parquetTable(database: string, name: string, more: GlueJson = {}): GlueJson {
  return {
    Name: name,
    DatabaseName: database,
    CatalogId: accountId,
    TableType: 'EXTERNAL_TABLE',
    UpdateTime: 1_700_000_000,
    StorageDescriptor: parquetDescriptor(`s3://lake/${database}/${name}/`),
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    ...more,
  };
}

export function partition(database: string, table: string, values: readonly string[], more: GlueJson = {}): GlueJson {
  return {
    Values: values,
    DatabaseName: database,
    TableName: table,
    CreationTime: 1_700_000_000,
    StorageDescriptor: parquetDescriptor(`s3://lake/${database}/${table}/${values.join('/')}/`),
    ...more,
  };
}

/** So many databases with so many tables each; every tenth table has so many partitions, newest first as Glue may list them. */
export function manyTables(databases: number, tablesEach: number, partitionsEach: number): StubCatalog {
  const names = Array.from({ length: databases }, (_, index) => `db_${String(index).padStart(3, '0')}`);
  const tables: Record<string, GlueJson[]> = {};
  const partitions: Record<string, GlueJson[]> = {};
  for (const name of names) {
    tables[name] = Array.from({ length: tablesEach }, (_, index) => {
      const table = `table_${String(index).padStart(5, '0')}`;
      const columns = Array.from({ length: 10 }, (__, column) => ({
        Name: `column_${column}`,
        Type: column % 2 === 0 ? 'bigint' : 'string',
      }));
      const keyed = partitionsEach > 0 && index % 10 === 0;
      if (keyed) {
        partitions[partitionsKey(name, table)] = Array.from({ length: partitionsEach }, (__, day) =>
          partition(name, table, [String(partitionsEach - day).padStart(6, '0')], {
            StorageDescriptor: parquetDescriptor(`s3://lake/${name}/${table}/day=${partitionsEach - day}/`, columns),
            Parameters: { totalSize: String(1000 + day), numRows: '10' },
          }),
        );
      }
      return parquetTable(name, table, {
        StorageDescriptor: parquetDescriptor(`s3://lake/${name}/${table}/`, columns),
        PartitionKeys: keyed ? [{ Name: 'day', Type: 'string' }] : [],
      });
    });
  }
  return { databases: names.map((name) => database(name)), tables, partitions };
}
