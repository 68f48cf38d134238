import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RunTotals } from '../../../cli/migrate/view.js';
import type { ObjectStore } from '../../../environments/lakehouse/object-store.js';
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
    writeFileSync(this.mapping, this.renderMapping(store));
    const { url, user, password, ca = '', serverName = '' } = this.target.lakehouse.access('migration');
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
  async validate(source: { readonly hive: string; readonly iceberg: string }): Promise<CliRun> {
    const { url, password } = this.target.lakehouse.access('admin');
    const trino = ['--trino-url', url, '--source-trino-url', url];
    const catalogs = ['--source-hive-catalog', source.hive, '--source-iceberg-catalog', source.iceberg];
    const files = ['--assessment', this.assessment, '--mapping', this.mapping];
    const [ca, serverName] = [this.env['A2O_TRINO_CA_FILE'] ?? '', this.env['A2O_TRINO_SERVER_NAME'] ?? ''];
    return await cli(['validate', 'all', ...files, ...trino, ...catalogs], {
      ...this.env,
      A2O_TRINO_PASSWORD: password,
      A2O_SOURCE_TRINO_PASSWORD: password,
      A2O_SOURCE_TRINO_CA_FILE: ca,
      A2O_SOURCE_TRINO_SERVER_NAME: serverName,
    });
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
    const signature = { signedBy: 'ada', signedAt: '2026-11-29T10:00:00Z', reason: 'Trino cannot read it in Glue' };
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
      ],
    });
  }
}

function succeeded(run: CliRun): CliRun {
  if (run.code !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
  return run;
}
