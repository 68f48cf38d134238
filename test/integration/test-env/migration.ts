import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RunTotals } from '../../../cli/migrate/view.js';
import type { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import { Bucket, storeTarget } from '../../support/copy-stores.js';
import { cli } from '../../support/run-cli.js';
import type { CliRun } from '../../support/run-cli.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import type { TestEnvironment } from './environment.js';

/** The test environment, moved into schemas and a bucket of its own of the shared lakehouse. */
export class Migration {
  private readonly tag = randomBytes(3).toString('hex');
  /** Of the schemas. */
  readonly prefix = `moved_${this.tag}_`;
  private readonly bucket = `moved-${this.tag}`;
  private readonly mapping: string;
  private readonly assessment: string;
  private env: Record<string, string> = {};
  private opened: Bucket | undefined;

  constructor(
    private readonly environment: TestEnvironment,
    private readonly target: SharedLakehouse,
  ) {
    this.mapping = join(environment.folder, 'migration.yaml');
    this.assessment = join(environment.folder, 'assessment');
  }

  async prepare(): Promise<void> {
    const store = await this.target.lakehouse.startObjectStore();
    await store.createBuckets([this.bucket]);
    this.opened = new Bucket(storeTarget(store), this.bucket);
    writeFileSync(this.mapping, this.renderMapping(store));
    const { url, user, password, ca, serverName } = this.target.lakehouse.access('migration');
    const certificate = join(this.environment.folder, 'trino.pem');
    writeFileSync(certificate, ca);
    this.env = {
      DATABASE_URL: this.environment.databaseUrl,
      A2O_TARGET_ACCESS_KEY_ID: store.accessKey,
      A2O_TARGET_SECRET_ACCESS_KEY: store.secretKey,
      ...(store.certificate !== undefined && { A2O_TARGET_CA_FILE: store.certificate }),
      A2O_TRINO_URL: url,
      A2O_TRINO_USER: user,
      A2O_TRINO_PASSWORD: password,
      A2O_TRINO_CA_FILE: certificate,
      A2O_TRINO_SERVER_NAME: serverName,
    };
  }

  /** Throws what was printed when the command fails. */
  async run(command: 'plan' | 'start'): Promise<CliRun> {
    const files = ['--assessment', this.assessment, '--mapping', this.mapping];
    const trino = command === 'start' ? ['--trino-url', this.env['A2O_TRINO_URL'] ?? ''] : [];
    const source = ['--source-endpoint-url', this.environment.moto.endpoint];
    return succeeded(await cli(['migrate', command, ...files, ...source, ...trino], this.env));
  }

  async work(): Promise<CliRun> {
    return succeeded(await cli(['migrate', 'worker', '--until-done', '--read-back', '1'], this.env));
  }

  async status(): Promise<{ readonly totals: RunTotals }> {
    const { stdout } = succeeded(await cli(['migrate', 'status', '--json'], this.env));
    return JSON.parse(stdout) as { readonly totals: RunTotals };
  }

  /** As the administrator, who sees every row, with the source read by the same Trino over Glue. */
  async validate(
    source: { readonly hive: string; readonly iceberg: string },
    what: readonly string[] = ['all'],
  ): Promise<CliRun> {
    const { url, password } = this.target.lakehouse.access('admin');
    const trino = ['--trino-url', url, '--source-trino-url', url];
    const catalogs = ['--source-hive-catalog', source.hive, '--source-iceberg-catalog', source.iceberg];
    const files = ['--assessment', this.assessment, '--mapping', this.mapping];
    const [ca, serverName] = [this.env['A2O_TRINO_CA_FILE'] ?? '', this.env['A2O_TRINO_SERVER_NAME'] ?? ''];
    return await cli(['validate', ...what, ...files, ...trino, ...catalogs], {
      ...this.env,
      A2O_TRINO_PASSWORD: password,
      A2O_SOURCE_TRINO_PASSWORD: password,
      A2O_SOURCE_TRINO_CA_FILE: ca,
      A2O_SOURCE_TRINO_SERVER_NAME: serverName,
    });
  }

  /** One quantity of a Parquet file at the target becomes another; the file keeps its size. */
  async damage(folder: string): Promise<void> {
    const { Contents = [] } = await this.store.client.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix: folder }),
    );
    const place = { Bucket: this.bucket, Key: Contents.find(({ Key = '' }) => Key.endsWith('.parquet'))?.Key ?? '' };
    const file = join(this.environment.folder, 'damaged.parquet');
    const { Body } = await this.store.client.send(new GetObjectCommand(place));
    const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
    writeFileSync(file, content);
    execFileSync(testDataPython(), ['-c', damageOneRow, file]);
    const damaged = readFileSync(file);
    if (damaged.length !== content.length) throw new Error(`${damaged.length} bytes instead of ${content.length}`);
    await this.store.client.send(new PutObjectCommand({ ...place, Body: damaged }));
  }

  /** A certificate, and whether the key that it was signed with verifies it. */
  async certify(key: string): Promise<CliRun> {
    const files = ['--assessment', this.assessment, '--mapping', this.mapping];
    const folder = join(this.environment.folder, 'certificate');
    return await cli(
      ['validate', 'report', ...files, '--key', key, '--output', folder, '--no-pdf', '--json'],
      this.env,
    );
  }

  /** With hooks that only say what they were called for; somebody signs for the checks of a table. */
  async cutover(command: 'plan' | 'go' | 'status' | 'back', ...more: readonly string[]): Promise<CliRun> {
    const [file, exceptions] = ['cutover.yaml', 'exceptions.yaml'].map((name) => join(this.environment.folder, name));
    const hook = { run: ['/bin/sh', '-c', 'echo "$A2O_CUTOVER_ACTION $A2O_CUTOVER_STEP"'] };
    const steps = { freeze: { hook }, endpoints: { hook }, dns: { hook, approval: { by: ['ada'] } } };
    writeFileSync(file ?? '', stringify({ apiVersion: 'aws2openstack/v1', kind: 'Cutover', steps }));
    const signature = { signedBy: 'ada', signedAt: new Date().toISOString(), reason: 'Trino cannot read it in Glue' };
    const checks = ['schema', 'row_count', 'partition', 'checksum', 'statistics', 'sample'];
    const signed = checks.map((check) => ({ table: 'test_analytics.events_raw', check, ...signature }));
    writeFileSync(exceptions ?? '', stringify(signed));
    const files = ['--assessment', this.assessment, '--mapping', this.mapping, '--exceptions', exceptions ?? ''];
    const needed = command === 'status' ? [] : ['--file', file ?? '', ...(command === 'back' ? [] : files)];
    return await cli(['cutover', command, ...needed, ...more], this.env);
  }

  async remove(): Promise<void> {
    for (const schema of ['test_analytics', 'test_logs'])
      for (const catalog of ['hive', 'iceberg'])
        await this.target.query(`DROP SCHEMA IF EXISTS ${catalog}.${this.prefix}${schema} CASCADE`);
    await this.target.removeBucket(this.bucket);
  }

  private get store(): Bucket {
    if (this.opened === undefined) throw new Error('prepare comes first');
    return this.opened;
  }

  private renderMapping({ type, endpoint }: ObjectStore): string {
    return stringify({
      apiVersion: 'aws2openstack/v1',
      kind: 'MappingTemplate',
      metadata: { name: 'moved', description: 'Another bucket, other schemas.' },
      extends: 'default',
      target: { topology: 'small', objectStore: { type, endpoint, region: 'us-east-1', preserveBucketNames: false } },
      rules: [
        { name: 'another bucket', when: { kind: 'bucket' }, to: { bucket: this.bucket } },
        {
          name: 'other schemas',
          when: { kind: 'database' },
          to: { catalog: 'hive', schema: `${this.prefix}\${database.identifier}` },
        },
        {
          name: 'sales, whose quantities nobody may see',
          when: { kind: 'table', table: 'sales_data' },
          to: { catalog: 'hive' },
          validate: { columns: { mask: ['quantity'], key: ['order_id'] } },
        },
      ],
    });
  }
}

function testDataPython(): string {
  const install = join(import.meta.dirname, '..', '..', '..', 'environments', 'test-data', 'install.sh');
  return execFileSync(install, ['--check'], { encoding: 'utf8' }).trim();
}

/** What the file is shorter by is filled in its footer. */
const damageOneRow = `
import os, sys
import pyarrow as pa, pyarrow.parquet as pq
(path,) = sys.argv[1:]
size = os.path.getsize(path)
table = pq.ParquetFile(path).read()
at = table.schema.get_field_index("quantity")
quantities = table.column(at).to_pylist()
quantities[7] += 1
table = table.set_column(at, table.schema.field(at), pa.array(quantities, table.schema.field(at).type))
def write(fill):
    with pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=19, store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({"fill": "x" * fill})
    return os.path.getsize(path)
fill = size - write(0)
while write(fill) > size:
    fill -= 1
`;

function succeeded(run: CliRun): CliRun {
  if (run.code !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
  return run;
}
