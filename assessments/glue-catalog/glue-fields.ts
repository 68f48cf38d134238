import type {
  Catalog,
  Column,
  Database,
  DatabaseIdentifier,
  FederatedCatalog,
  FederatedDatabase,
  FederatedTable,
  IcebergTableMetadata,
  Order,
  Partition,
  RLSProperties,
  SchemaReference,
  SerDeInfo,
  SkewedInfo,
  StorageDescriptor,
  Table,
  TableIdentifier,
  TableStatus,
  TargetRedshiftCatalog,
  ViewDefinition,
  ViewRepresentation,
} from '@aws-sdk/client-glue';

interface GlueShapes {
  readonly Catalog: Catalog;
  readonly Column: Column;
  readonly Database: Database;
  readonly DatabaseIdentifier: DatabaseIdentifier;
  readonly FederatedCatalog: FederatedCatalog;
  readonly FederatedDatabase: FederatedDatabase;
  readonly FederatedTable: FederatedTable;
  readonly IcebergTableMetadata: IcebergTableMetadata;
  readonly Order: Order;
  readonly Partition: Partition;
  readonly RLSProperties: RLSProperties;
  readonly SchemaReference: SchemaReference;
  readonly SerDeInfo: SerDeInfo;
  readonly SkewedInfo: SkewedInfo;
  readonly StorageDescriptor: StorageDescriptor;
  readonly Table: Table;
  readonly TableIdentifier: TableIdentifier;
  readonly TableStatus: TableStatus;
  readonly TargetRedshiftCatalog: TargetRedshiftCatalog;
  readonly ViewDefinition: ViewDefinition;
  readonly ViewRepresentation: ViewRepresentation;
}

export type GlueShape = keyof GlueShapes;

/** The treatment of a field: it is read, its own fields are (one value or a list), or it is ignored for a reason. */
type FieldUse = 'read' | { readonly fieldsOf: GlueShape } | { readonly ignored: string };

const read = 'read';
const fieldsOf = (shape: GlueShape): FieldUse => ({ fieldsOf: shape });
const ignored = (reason: string): FieldUse => ({ ignored: reason });

const asAsked = ignored('repeats what was asked for');
const identity = ignored('identifies the entry within Glue; the target has ids of its own');
const grantsAreMapped = ignored(
  'who may do what comes from `grants` of the mapping; assess glue-catalog reads no permissions',
);
const inMetadataFile = ignored('the metadata file, which the target registers, has it');
const timeOfUse = ignored('says when the entry was used, not what it holds');

/**
 * Every field that Glue may return of what an assessment lists. A field of a newer Glue that is not here becomes a finding
 * (`field-findings.ts`). Source: AWS Glue web API reference.
 */
export const glueFields: { readonly [Shape in GlueShape]: Readonly<Record<keyof GlueShapes[Shape], FieldUse>> } = {
  Catalog: {
    AllowFullTableExternalDataAccess: grantsAreMapped,
    CatalogId: read,
    CatalogProperties: ignored('settings of a service that keeps the catalog; only its contents move'),
    CreateDatabaseDefaultPermissions: grantsAreMapped,
    CreateTableDefaultPermissions: grantsAreMapped,
    CreateTime: timeOfUse,
    Description: ignored('the finding names the catalog'),
    FederatedCatalog: fieldsOf('FederatedCatalog'),
    Name: read,
    Parameters: ignored('settings of a service that keeps the catalog; only its contents move'),
    ResourceArn: read,
    TargetRedshiftCatalog: fieldsOf('TargetRedshiftCatalog'),
    UpdateTime: timeOfUse,
  },
  FederatedCatalog: { ConnectionName: read, ConnectionType: read, Identifier: read },
  TargetRedshiftCatalog: { CatalogArn: read },
  Database: {
    CatalogId: read,
    CreateTableDefaultPermissions: grantsAreMapped,
    CreateTime: timeOfUse,
    Description: read,
    FederatedDatabase: fieldsOf('FederatedDatabase'),
    LocationUri: read,
    Name: read,
    Parameters: read,
    TargetDatabase: fieldsOf('DatabaseIdentifier'),
  },
  DatabaseIdentifier: { CatalogId: read, DatabaseName: read, Region: read },
  FederatedDatabase: { ConnectionName: read, ConnectionType: read, Identifier: read },
  Table: {
    CatalogId: asAsked,
    CreateTime: read,
    CreatedBy: ignored('the principal that made the table; the migration’s user owns it at the target'),
    DatabaseName: asAsked,
    Description: read,
    FederatedTable: fieldsOf('FederatedTable'),
    IcebergTableMetadata: fieldsOf('IcebergTableMetadata'),
    IsMaterializedView: read,
    IsMultiDialectView: read,
    IsRegisteredWithLakeFormation: read,
    LastAccessTime: timeOfUse,
    LastAnalyzedTime: timeOfUse,
    Name: read,
    Owner: ignored('a name that Hive shows and nothing checks; the migration’s user owns the table at the target'),
    Parameters: read,
    PartitionKeys: fieldsOf('Column'),
    Retention: ignored('kept for Hive; neither Glue nor Athena acts on it'),
    RLSProperties: fieldsOf('RLSProperties'),
    Status: fieldsOf('TableStatus'),
    StorageDescriptor: fieldsOf('StorageDescriptor'),
    TableType: read,
    TargetTable: fieldsOf('TableIdentifier'),
    UpdateTime: read,
    VersionId: identity,
    ViewDefinition: fieldsOf('ViewDefinition'),
    ViewExpandedText: ignored('the comment /* Presto View */ for Athena; for Hive a view that is not translated'),
    ViewOriginalText: read,
  },
  TableIdentifier: { CatalogId: read, DatabaseName: read, Name: read, Region: read },
  FederatedTable: { ConnectionName: read, ConnectionType: read, DatabaseIdentifier: read, Identifier: read },
  RLSProperties: { DefaultRLSPolicy: read },
  TableStatus: {
    Action: read,
    Details: ignored('the change that was asked for; the table is read as it is'),
    Error: read,
    RequestTime: timeOfUse,
    RequestedBy: ignored('the principal of the last change'),
    State: read,
    UpdateTime: timeOfUse,
    UpdatedBy: ignored('the principal of the last change'),
  },
  StorageDescriptor: {
    AdditionalLocations: read,
    BucketColumns: read,
    Columns: fieldsOf('Column'),
    Compressed: read,
    InputFormat: read,
    Location: read,
    NumberOfBuckets: read,
    OutputFormat: read,
    Parameters: read,
    SchemaReference: fieldsOf('SchemaReference'),
    SerdeInfo: fieldsOf('SerDeInfo'),
    SkewedInfo: fieldsOf('SkewedInfo'),
    SortColumns: fieldsOf('Order'),
    StoredAsSubDirectories: read,
  },
  SerDeInfo: {
    Name: ignored('a label; the library is the class that reads'),
    Parameters: read,
    SerializationLibrary: read,
  },
  Column: { Comment: read, Name: read, Parameters: read, Type: read },
  Order: {
    Column: ignored('the order of rows within a bucket: readers may use it to be faster, results are the same'),
    SortOrder: ignored('the order of rows within a bucket: readers may use it to be faster, results are the same'),
  },
  SkewedInfo: {
    SkewedColumnNames: ignored('tells Hive which values are frequent; where files lie is in the map of locations'),
    SkewedColumnValueLocationMaps: read,
    SkewedColumnValues: ignored('tells Hive which values are frequent; where files lie is in the map of locations'),
  },
  SchemaReference: { SchemaId: read, SchemaVersionId: read, SchemaVersionNumber: read },
  Partition: {
    CatalogId: asAsked,
    CreationTime: read,
    DatabaseName: asAsked,
    LastAccessTime: timeOfUse,
    LastAnalyzedTime: timeOfUse,
    Parameters: read,
    StorageDescriptor: fieldsOf('StorageDescriptor'),
    TableName: asAsked,
    Values: read,
  },
  ViewDefinition: {
    Definer: read,
    IsManaged: ignored('who keeps the view up to date in AWS; its statement moves'),
    IsProtected: read,
    LastRefreshType: ignored('about the copy that a materialized view keeps; nothing refreshes it at the target'),
    RefreshSeconds: read,
    Representations: fieldsOf('ViewRepresentation'),
    SparkPipelineInfo: ignored('the Spark pipeline that refreshes a materialized view in AWS'),
    SubObjects: read,
    SubObjectsStatistics: ignored('the state of the tables below when a materialized view was refreshed'),
    SubObjectVersionIds: ignored('the state of the tables below when a materialized view was refreshed'),
    ViewVersionId: identity,
    ViewVersionToken: identity,
  },
  ViewRepresentation: {
    Dialect: read,
    DialectVersion: ignored('Trino’s parser decides whether it can read the statement'),
    IsStale: read,
    ValidationConnection: ignored('the Redshift connection that checked the statement'),
    ViewExpandedText: ignored('for Athena the same statement; the original text is what was written'),
    ViewOriginalText: read,
  },
  IcebergTableMetadata: {
    CurrentSchemaId: inMetadataFile,
    DefaultSortOrderId: inMetadataFile,
    DefaultSpecId: inMetadataFile,
    FormatVersion: read,
    LastColumnId: inMetadataFile,
    LastPartitionId: inMetadataFile,
    Location: read,
    PartitionSpecs: inMetadataFile,
    Properties: read,
    Schemas: inMetadataFile,
    SortOrders: inMetadataFile,
    TableUuid: inMetadataFile,
  },
};

/** The fields of an entry that are not in the list, each once, such as `StorageDescriptor.SerdeInfo.Mode`. */
export function unknownFields(shape: GlueShape, entry: unknown): readonly string[] {
  const found = new Set<string>();
  collectUnknown(shape, entry, '', found);
  return [...found];
}

function collectUnknown(shape: GlueShape, value: unknown, path: string, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collectUnknown(shape, item, path, found);
    return;
  }
  const uses: Readonly<Record<string, FieldUse>> = glueFields[shape];
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const use = Object.hasOwn(uses, name) ? uses[name] : undefined;
    if (use === undefined) found.add(path + name);
    else if (typeof use === 'object' && 'fieldsOf' in use) collectUnknown(use.fieldsOf, item, `${path}${name}.`, found);
  }
}
