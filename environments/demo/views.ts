import type { Column, TableInput } from '@aws-sdk/client-glue';
import { parseHiveType } from '../../core/hive-type.js';
import { trinoType } from '../../registration/trino-type.js';

/** A view in `catalog/*.yaml`. */
export interface ViewText {
  readonly dialect: 'presto' | 'hive' | 'spark';
  readonly sql: string;
}

/** The Glue entry that Athena, Hive or Spark stores for a view. */
export function viewInput(database: string, name: string, columns: Column[], { dialect, sql }: ViewText): TableInput {
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    PartitionKeys: [],
    StorageDescriptor: { Columns: columns, Location: '', NumberOfBuckets: 0, SerdeInfo: {} },
    ...dialects[dialect](database, columns, sql.trim()),
  };
}

const dialects: Record<ViewText['dialect'], (database: string, columns: Column[], sql: string) => Partial<TableInput>> =
  {
    presto: (database, columns, sql) => ({
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewOriginalText: `/* Presto View: ${Buffer.from(prestoView(database, columns, sql)).toString('base64')} */`,
      ViewExpandedText: '/* Presto View */',
    }),
    hive: (_database, _columns, sql) => ({
      Parameters: { transient_lastDdlTime: '1700000000' },
      ViewOriginalText: sql,
      ViewExpandedText: sql,
    }),
    spark: (database, columns, sql) => ({
      Parameters: {
        'spark.sql.create.version': '3.5.0-amzn-1',
        'view.catalogAndNamespace.numParts': '2',
        'view.catalogAndNamespace.part.0': 'spark_catalog',
        'view.catalogAndNamespace.part.1': database,
        'view.query.out.numCols': String(columns.length),
        ...Object.fromEntries(columns.map(({ Name }, index) => [`view.query.out.col.${index}`, Name ?? ''])),
      },
      ViewOriginalText: sql,
      ViewExpandedText: sql,
    }),
  };

function prestoView(database: string, columns: Column[], sql: string): string {
  return JSON.stringify({
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema: database,
    columns: columns.map(({ Name, Type }) => ({ name: Name, type: prestoType(Type ?? '') })),
  });
}

function prestoType(hiveType: string): string {
  const type = parseHiveType(hiveType);
  if (!type.ok) throw new Error(type.error);
  return trinoType(type.value).toLowerCase();
}
