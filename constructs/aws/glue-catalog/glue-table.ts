import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table/index.js';
import { GluePartition } from '@cdktf/provider-aws/lib/glue-partition/index.js';
import type { TerraformCount, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { constructId, requireValid } from '../../common/index.js';
import type { ExpiringBucket } from '../expiring-bucket/index.js';
import type { GlueDatabase } from './glue-database.js';
import { glueTableRules } from './glue-table-rules.js';
import { partitionLocation, renderParameters, renderStorage } from './render-table.js';
import type { GlueColumn, GlueTableFormat } from './render-table.js';

/** An external table and its partitions. Source: AWS Glue API, `TableInput`, `PartitionInput`. */
export interface GlueTableProps {
  readonly database: GlueDatabase;
  /** Name of the database, needed because a database with a count has no single name. */
  readonly databaseName: string;
  readonly name: string;
  readonly format: GlueTableFormat;
  readonly columns: readonly GlueColumn[];
  /** @default [] */
  readonly partitionKeys?: readonly GlueColumn[];
  /** Values of the partition keys, in their order. @default [] */
  readonly partitions?: readonly (readonly string[])[];
  /** Such as `s3://bucket/analytics/sales_data`. */
  readonly location: string;
  /** The bucket of the location: the table is removed before it. */
  readonly bucket: ExpiringBucket;
  /** Iceberg only: the initial metadata, below the location. Later commits are kept. */
  readonly metadata?: string | undefined;
  /** In addition to those that the format needs. @default {} */
  readonly parameters?: Readonly<Record<string, string>>;
  /** @default one table */
  readonly count?: TerraformCount;
}

export class GlueTable extends Construct {
  constructor(scope: Construct, id: string, props: GlueTableProps) {
    super(scope, id);
    requireValid(this, glueTableRules, props);
    const { database, databaseName, name, columns, partitionKeys = [], partitions = [], location, count } = props;
    const storage = { ...renderStorage(props.format), columns: [...columns] };
    const table = new GlueCatalogTable(this, 'Resource', {
      databaseName,
      name,
      tableType: 'EXTERNAL_TABLE',
      parameters: { ...renderParameters(props), ...props.parameters },
      partitionKeys: [...partitionKeys],
      storageDescriptor: { ...storage, location },
      dependsOn: [database.resource],
      // The provider never reads these parameters, and keeps the current ones in every update.
      ...(props.format === 'iceberg' && {
        lifecycle: {
          ignoreChanges: ['parameters'],
          replaceTriggeredBy: [`${addressOf(props.bucket.resource)}.bucket`],
        },
      }),
      ...(count && { count }),
    });
    for (const values of partitions) {
      new GluePartition(this, constructId(values.join('/')), {
        databaseName,
        tableName: name,
        partitionValues: [...values],
        storageDescriptor: { ...storage, location: partitionLocation(location, partitionKeys, values) },
        dependsOn: [table],
        ...(count && { count }),
      });
    }
  }
}

/** cdktf writes an expression where Terraform expects an address. */
function addressOf({ terraformResourceType, friendlyUniqueId }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}
