import {
  DeleteDatabaseCommand,
  DeletePartitionCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  paginateGetDatabases,
  paginateGetPartitions,
  paginateGetTables,
} from '@aws-sdk/client-glue';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  NoSuchBucket,
  paginateListBuckets,
} from '@aws-sdk/client-s3';
import { testDatabases } from '../../stacks/test-env-tables.js';
import type { Aws } from './aws.js';
import { Failure, problem } from './failure.js';

/** One thing of the test environment. Equal keys are the same thing. */
export interface Asset {
  readonly kind: 'bucket' | 'database' | 'table' | 'partition';
  /** Such as `['test_analytics', 'sales_data', '2025', '01']`. */
  readonly name: readonly string[];
}

export function keyOf({ kind, name }: Asset): string {
  return `${kind} ${name.join('/')}`;
}

/** The assets of the environment, except its bucket, whose name is chosen anew each time. */
export const testAssets: readonly Asset[] = testDatabases.flatMap(({ name: database, tables }): Asset[] => [
  { kind: 'database', name: [database] },
  ...tables.flatMap(({ name, partitions }): Asset[] => [
    { kind: 'table', name: [database, name] },
    ...partitions.map((values): Asset => ({ kind: 'partition', name: [database, name, ...values] })),
  ]),
]);

interface TerraformState {
  readonly resources?: readonly {
    readonly type: string;
    readonly instances: readonly {
      /** `tainted`: created incorrectly, and to be replaced. */
      readonly status?: string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** The assets in the state, of the kinds that a killed run may leave behind without recording them. */
export function assetsInState(stateJson: string): readonly Asset[] {
  const { resources = [] } = (stateJson.trim() === '' ? {} : JSON.parse(stateJson)) as TerraformState;
  return resources.flatMap(({ type, instances }) =>
    instances.flatMap(({ status, attributes: at }): Asset[] => {
      if (status === 'tainted') return [];
      const text = (name: string): string => String(at[name]);
      switch (type) {
        case 'aws_s3_bucket':
          return [{ kind: 'bucket', name: [text('bucket')] }];
        case 'aws_glue_catalog_database':
          return [{ kind: 'database', name: [text('name')] }];
        case 'aws_glue_catalog_table':
          return [{ kind: 'table', name: [text('database_name'), text('name')] }];
        case 'aws_glue_partition': {
          const values = at['partition_values'] as readonly string[];
          return [{ kind: 'partition', name: [text('database_name'), text('table_name'), ...values] }];
        }
        default:
          return [];
      }
    }),
  );
}

/**
 * The existing assets under the environment's names. A database that somebody else created under such a name is a
 * `Failure`.
 */
export async function assetsInAws(aws: Aws, bucket: string | undefined): Promise<readonly Asset[]> {
  const [buckets, databases] = await Promise.all([findBucket(aws, bucket), findDatabases(aws)]);
  const inside = await Promise.all(databases.map((database) => findTables(aws, database)));
  return [...buckets, ...databases.map((name): Asset => ({ kind: 'database', name: [name] })), ...inside.flat()];
}

/**
 * The assets that a killed run created and Terraform does not know. The contents of a listed asset are removed with it
 * and not listed. Anything that users created inside the environment's databases is left alone.
 */
export function orphans(inAws: readonly Asset[], inState: readonly Asset[]): readonly Asset[] {
  const known = new Set(inState.map(keyOf));
  const ours = new Set(testAssets.map(keyOf));
  const isOurs = ({ kind, name }: Asset): boolean =>
    kind === 'bucket' || kind === 'database' || ours.has(keyOf({ kind, name })) || isCopy(name[0] ?? '');
  const unknown = inAws.filter((asset) => isOurs(asset) && !known.has(keyOf(asset)));
  const goes = new Set(unknown.map(keyOf));
  return unknown.filter(({ kind, name }) => {
    if (kind !== 'table' && kind !== 'partition') return true;
    const [database = '', table = ''] = name;
    const isInsideDatabase = goes.has(keyOf({ kind: 'database', name: [database] }));
    return !isInsideDatabase && (kind === 'table' || !goes.has(keyOf({ kind: 'table', name: [database, table] })));
  });
}

/** Tables in the environment's own databases that it did not make. */
export function usersOwn(inAws: readonly Asset[]): readonly Asset[] {
  const ours = new Set(testAssets.map(keyOf));
  const isInOurs = ({ kind, name: [database = ''] }: Asset): boolean =>
    kind === 'table' && ours.has(keyOf({ kind: 'database', name: [database] }));
  return inAws.filter((asset) => isInOurs(asset) && !ours.has(keyOf(asset)));
}

export async function remove(aws: Aws, { kind, name }: Asset): Promise<void> {
  const [first = '', second = '', ...values] = name;
  try {
    switch (kind) {
      case 'bucket':
        await emptyBucket(aws, first);
        await aws.s3.send(new DeleteBucketCommand({ Bucket: first }));
        return;
      case 'database':
        await aws.glue.send(new DeleteDatabaseCommand({ Name: first }));
        return;
      case 'table':
        await aws.glue.send(new DeleteTableCommand({ DatabaseName: first, Name: second }));
        return;
      case 'partition':
        await aws.glue.send(
          new DeletePartitionCommand({ DatabaseName: first, TableName: second, PartitionValues: values }),
        );
        return;
    }
  } catch (error) {
    if (!(error instanceof EntityNotFoundException) && !(error instanceof NoSuchBucket)) throw error;
  }
}

async function findBucket(aws: Aws, bucket: string | undefined): Promise<readonly Asset[]> {
  return bucket !== undefined && (await ownsBucket(aws, bucket)) ? [{ kind: 'bucket', name: [bucket] }] : [];
}

/** Whether the account owns the bucket. Asking for the bucket by name would find another account's, too. */
export async function ownsBucket({ s3 }: Pick<Aws, 's3'>, name: string): Promise<boolean> {
  for await (const { Buckets = [] } of paginateListBuckets({ client: s3 }, { Prefix: name })) {
    if (Buckets.some(({ Name }) => Name === name)) return true;
  }
  return false;
}

async function findDatabases({ glue }: Aws): Promise<readonly string[]> {
  const wanted = new Set(testDatabases.map(({ name }) => name));
  const found: string[] = [];
  for await (const { DatabaseList = [] } of paginateGetDatabases({ client: glue }, {})) {
    for (const { Name = '', Parameters = {} } of DatabaseList) {
      if (!wanted.has(Name) && !isCopy(Name)) continue;
      if (Parameters['Project'] === 'aws2openstack' && Parameters['Lifecycle'] === 'ephemeral') found.push(Name);
      else if (wanted.has(Name)) throw new Failure(databaseTaken(Name));
    }
  }
  return found;
}

function databaseTaken(name: string): ReturnType<typeof problem> {
  return problem(
    'name-taken',
    'glue',
    `The Glue database ${name} already exists and does not belong to the test environment.`,
    `Use another account or AWS_REGION, or, if it is no longer needed, run \`aws glue delete-database --name ${name}\`.`,
  );
}

function isCopy(database: string): boolean {
  return /^test_extra_\d+$/.test(database);
}

async function findTables({ glue }: Aws, database: string): Promise<readonly Asset[]> {
  const assets: Asset[] = [];
  for await (const { TableList = [] } of paginateGetTables({ client: glue }, { DatabaseName: database })) {
    for (const { Name = '', PartitionKeys = [] } of TableList) {
      assets.push({ kind: 'table', name: [database, Name] });
      if (PartitionKeys.length === 0) continue;
      const input = { DatabaseName: database, TableName: Name, ExcludeColumnSchema: true };
      for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, input)) {
        for (const { Values = [] } of Partitions) assets.push({ kind: 'partition', name: [database, Name, ...Values] });
      }
    }
  }
  return assets;
}

async function emptyBucket({ s3 }: Aws, bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
}
