import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';

/** A DynamoDB table with a partition and a sort key, sparse indexes and expiry. Source: Amazon DynamoDB Developer Guide. */
export interface RecordTableProps {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** By name. Items without the keys of an index are not in it. */
  readonly indexes: Readonly<Record<string, { readonly partitionKey: string; readonly sortKey: string }>>;
  /** The attributes in each index in addition to its keys. */
  readonly indexedAttributes: readonly string[];
  /** Number attribute: seconds since 1970 from when an item may be removed. */
  readonly expiryAttribute: string;
  readonly keyArn: string;
  /** Refuse to delete the table. */
  readonly isProtected: boolean;
}

export class RecordTable extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id);
    const indexes = Object.entries(props.indexes);
    const keys = new Set([
      props.partitionKey,
      props.sortKey,
      ...indexes.flatMap(([, { partitionKey, sortKey }]) => [partitionKey, sortKey]),
    ]);
    const table = new DynamodbTable(this, 'Resource', {
      name: props.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: props.partitionKey,
      rangeKey: props.sortKey,
      attribute: [...keys].map((name) => ({ name, type: 'S' })),
      globalSecondaryIndex: indexes.map(([name, { partitionKey, sortKey }]) => ({
        name,
        hashKey: partitionKey,
        rangeKey: sortKey,
        projectionType: 'INCLUDE',
        nonKeyAttributes: props.indexedAttributes.filter((each) => ![partitionKey, sortKey].includes(each)),
      })),
      ttl: { attributeName: props.expiryAttribute, enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.keyArn },
      deletionProtectionEnabled: props.isProtected,
      ...(props.isProtected && { lifecycle: { preventDestroy: true } }),
    });
    this.name = table.name;
    this.arn = table.arn;
  }
}
