import { Fn, Op, S3Backend, TerraformCount, TerraformOutput, TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { ExpiringBucket } from '../constructs/aws/expiring-bucket/index.js';
import { GlueDatabase, GlueTable } from '../constructs/aws/glue-catalog/index.js';
import { useAws } from './aws-settings.js';
import { testDatabases } from './test-env-tables.js';
import type { TestTable } from './test-env-tables.js';
import { testEnvVariables } from './test-env-variables.js';
import type { TestEnvVariables } from './test-env-variables.js';

/** Where the state of the test environment is stored. A backend does not accept Terraform variables. */
export interface TerraformStateLocation {
  readonly bucket: string;
  readonly lockTable: string;
  readonly region: string;
}

export interface TestEnvStackProps extends TerraformStateLocation {
  /** Also lock with a file next to the state, which newer Terraform prefers. Needs Terraform 1.10. */
  readonly useLockfile: boolean;
}

/** The resources that everything in the environment shares. */
interface Lake {
  readonly variables: TestEnvVariables;
  readonly tags: Record<string, string>;
  readonly bucketName: string;
  readonly bucket: ExpiringBucket;
}

/** The ephemeral test environment: Glue databases and tables, and the bucket that their data is uploaded to. */
export class TestEnvStack extends TerraformStack {
  constructor(scope: Construct, id: string, { bucket, lockTable, region, useLockfile }: TestEnvStackProps) {
    super(scope, id);
    new S3Backend(this, { bucket, key: `${id}/terraform.tfstate`, region, encrypt: true, dynamodbTable: lockTable });
    if (useLockfile) this.addOverride('terraform.backend.s3.use_lockfile', true);
    const variables = testEnvVariables(this, region);
    const tags = {
      Environment: variables.environment.stringValue,
      ManagedBy: 'terraform',
      Project: 'aws2openstack',
      Lifecycle: 'ephemeral',
    };
    useAws(this, variables.region.stringValue, tags);

    const bucketName = `aws2openstack-test-data-${variables.bucketSuffix.stringValue}`;
    const data = new ExpiringBucket(this, 'Data', { bucketName, expireAfterDays: 7 });
    const lake = { variables, tags, bucketName, bucket: data };
    this.createDatabases(lake);
    this.createCopies(lake);
    new TerraformOutput(this, 'bucket', { value: bucketName });
  }

  private createDatabases({ variables, tags, bucketName, bucket }: Lake): void {
    const { databaseCount, tablesPerDatabase } = variables;
    testDatabases.forEach(({ name, description, folder, tables }, index) => {
      const isWanted = Op.gte(databaseCount.numberValue, index + 1);
      const database = new GlueDatabase(this, name, {
        name,
        description,
        location: `s3://${bucketName}/${folder}/`,
        parameters: tags,
        count: countOf(Fn.conditional(isWanted, 1, 0)),
      });
      tables.forEach((table, position) => {
        const isWantedToo = Op.and(isWanted, Op.gte(tablesPerDatabase.numberValue, position + 1));
        new GlueTable(this, `${name}-${table.name}`, {
          ...tableProps(table, `s3://${bucketName}/${folder}`),
          bucket,
          database,
          databaseName: name,
          count: countOf(Fn.conditional(isWantedToo, 1, 0)),
        });
      });
    });
  }

  /** Databases beyond the first two: their tables read the data of an unpartitioned table. */
  private createCopies({ variables, tags, bucketName, bucket }: Lake): void {
    const { databaseCount, tablesPerDatabase } = variables;
    const first = testDatabases.length + 1;
    const databases = Fn.max([0, Op.sub(databaseCount.numberValue, testDatabases.length)]);
    const database = new GlueDatabase(this, 'test_extra', {
      name: `test_extra_\${count.index + ${first}}`,
      description: 'Test environment, a copy',
      location: `s3://${bucketName}/logs/`,
      parameters: tags,
      count: countOf(databases),
    });
    const [original] = testDatabases.flatMap(({ folder, tables }) =>
      tables.flatMap((table) => (table.format === 'orc' ? [tableProps(table, `s3://${bucketName}/${folder}`)] : [])),
    );
    if (original === undefined) throw new Error('no table of the test environment is ORC');
    const perDatabase = tablesPerDatabase.fqn;
    new GlueTable(this, 'test_extra-copy', {
      ...original,
      bucket,
      database,
      databaseName: `test_extra_\${floor(count.index / ${perDatabase}) + ${first}}`,
      name: `copy_\${count.index % ${perDatabase} + 1}`,
      count: countOf(Op.mul(databases, tablesPerDatabase.numberValue)),
    });
  }
}

function tableProps({ name, metadata, ...table }: TestTable, folder: string) {
  return { ...table, name, metadata, location: `${folder}/${name}`, parameters: { migration_readiness: 'ready' } };
}

function countOf(expression: unknown): TerraformCount {
  return TerraformCount.of(Token.asNumber(expression));
}
