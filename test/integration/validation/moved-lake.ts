import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stringify } from 'yaml';
import { s3Client } from '../../../clients/s3/index.js';
import { trinoClient } from '../../../clients/trino/index.js';
import type { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import type { State } from '../../../state/index.js';
import { startAthenaOnTrino } from '../../support/athena-on-trino.js';
import type { AthenaOnTrino } from '../../support/athena-on-trino.js';
import { Bucket } from '../../support/copy-stores.js';
import { startPostgres } from '../../support/postgres-server.js';
import type { PostgresServer } from '../../support/postgres-server.js';
import { command } from '../../support/processes.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { opened, serverLocation } from '../../support/state-engines.js';
import { startWritableGlue } from '../../support/writable-glue.js';

export interface EndedProcess {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<EndedProcess>;
}

const region = 'eu-central-1';

type SourceTables = Readonly<Record<string, readonly [kind: 'hive' | 'iceberg', definition: string]>>;
type Undo = () => unknown;

/** What a lake consists of, and how it is removed, the newest first. */
interface Parts {
  readonly lakehouse: SharedLakehouse;
  readonly moto: Moto;
  readonly postgres: PostgresServer;
  readonly athena: AthenaOnTrino;
  readonly state: State;
  readonly store: ObjectStore;
  readonly undo: Undo[];
}

/**
 * A small lake in an emulated AWS, with Athena, that the product moves into the shared lakehouse. Every command is a process
 * of its own, and the store is a PostgreSQL.
 */
export class MovedLake {
  readonly database: string;
  private readonly processes = new Set<ChildProcess>();

  private constructor(
    private readonly tag: string,
    readonly folder: string,
    private readonly parts: Parts,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.database = `shop_${tag}`;
  }

  /** Of tables by name: what follows CREATE TABLE and its name, in a catalog of Hive or of Iceberg. */
  static async create(tables: SourceTables): Promise<MovedLake> {
    const tag = randomBytes(3).toString('hex');
    const folder = mkdtempSync(join(tmpdir(), 'a2o-moved-lake-'));
    const undo: Undo[] = [
      () => {
        rmSync(folder, { recursive: true });
      },
    ];
    try {
      const parts = await startParts(tag, tables, undo);
      const env = environmentOf(folder, parts);
      const { type, endpoint } = parts.store;
      writeFileSync(join(folder, 'mapping.yaml'), stringify(mappingOf(tag, type, endpoint)));
      const lake = new MovedLake(tag, folder, parts, env);
      parts.undo.push(() => {
        lake.killAll();
      });
      const report = ['--output-dir', join(folder, 'assessment'), '--endpoint-url', parts.moto.endpoint];
      await lake.succeed('assess', 'glue-catalog', ...report, '--region', region, '--save-to-db');
      return lake;
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  get state(): State {
    return this.parts.state;
  }

  get athena(): AthenaOnTrino {
    return this.parts.athena;
  }

  /** Begins the migration; no table is moved yet. */
  async startMigration(): Promise<void> {
    const trino = ['--trino-url', this.env['A2O_TRINO_URL'] ?? ''];
    await this.succeed('migrate', 'start', ...this.files, '--source-endpoint-url', this.parts.moto.endpoint, ...trino);
  }

  async move(): Promise<void> {
    await this.succeed('migrate', 'worker', '--until-done', '--read-back', '1');
  }

  start(...args: readonly string[]): StartedProcess {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: this.folder,
      env: { ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.processes.add(child);
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
      ([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }),
    );
    return { process: child, ended };
  }

  async run(...args: readonly string[]): Promise<EndedProcess> {
    return await this.start(...args).ended;
  }

  /** The source is read by Athena, the target as the administrator. */
  validate(what: readonly string[], ...options: readonly string[]): StartedProcess {
    return this.start('validate', ...what, ...this.files, '--trino-url', this.env['A2O_TRINO_URL'] ?? '', ...options);
  }

  async certify(output: string, ...options: readonly string[]): Promise<EndedProcess> {
    return await this.run('validate', 'report', ...this.files, '--output', output, '--no-pdf', ...options);
  }

  get files(): readonly string[] {
    return ['--assessment', join(this.folder, 'assessment'), '--mapping', join(this.folder, 'mapping.yaml')];
  }

  /** Connections to the store break. */
  async restartStore(): Promise<void> {
    await this.parts.postgres.restart();
  }

  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    return await this.parts.lakehouse.query(sql);
  }

  get source(): Bucket {
    return new Bucket({ endpoint: this.parts.moto.endpoint, region, credentials: motoCredentials }, `shop-${this.tag}`);
  }

  async remove(): Promise<void> {
    await undoAll(this.parts.undo);
  }

  private killAll(): void {
    for (const child of this.processes) child.kill('SIGKILL');
  }

  private async succeed(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${stdout}\n${stderr}`);
  }
}

async function undoAll(undo: Undo[]): Promise<void> {
  for (let next = undo.pop(); next !== undefined; next = undo.pop()) await next();
}

async function startParts(tag: string, tables: SourceTables, undo: Undo[]): Promise<Parts> {
  const moto = await startMoto();
  undo.push(() => moto.stop());
  const postgres = await startPostgres(['fsync=off']);
  undo.push(() => postgres.stop());
  await postgres.query('postgres', 'CREATE DATABASE lake');
  const state = await opened(serverLocation(postgres.url('lake')));
  undo.push(() => state.close());
  const s3 = s3Client({ endpoint: moto.endpoint, region, credentials: motoCredentials });
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  for (const name of [`shop-${tag}`, `results-${tag}`])
    await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  const lakehouse = await sharedLakehouse();
  const glue = await startWritableGlue(moto.endpoint);
  undo.push(() => glue.stop());
  const catalogs = await lakehouse.addSource(moto.endpoint, glue.url);
  undo.push(() => catalogs.remove());
  await lakehouse.query(`CREATE SCHEMA ${catalogs.hive}.shop_${tag} WITH (location = 's3://shop-${tag}/')`);
  for (const [name, [kind, definition]] of Object.entries(tables))
    await lakehouse.query(`CREATE TABLE ${catalogs[kind]}.shop_${tag}.${name} ${definition}`);
  const trino = trinoClient(lakehouse.lakehouse.access());
  const workgroups = { primary: `s3://results-${tag}/` };
  const athena = await startAthenaOnTrino({ trino, catalog: catalogs.all, s3, workgroups });
  undo.push(() => athena.stop());
  const store = await lakehouse.lakehouse.startObjectStore();
  await store.createBuckets([`moved-${tag}`]);
  undo.push(() => lakehouse.removeBucket(`moved-${tag}`));
  for (const catalog of ['hive', 'iceberg'])
    undo.push(() => lakehouse.query(`DROP SCHEMA IF EXISTS ${catalog}.moved_${tag} CASCADE`));
  return { lakehouse, moto, postgres, athena, state, store, undo };
}

/** Of every command. */
function environmentOf(folder: string, { lakehouse, postgres, athena, store }: Parts): Record<string, string> {
  const { url, user, password, ca, serverName } = lakehouse.lakehouse.access('migration');
  writeFileSync(join(folder, 'trino.pem'), ca);
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    NO_COLOR: '1',
    DATABASE_URL: postgres.url('lake'),
    AWS_ACCESS_KEY_ID: motoCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: motoCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_ATHENA: athena.url,
    A2O_TARGET_ACCESS_KEY_ID: store.accessKey,
    A2O_TARGET_SECRET_ACCESS_KEY: store.secretKey,
    ...(store.certificate !== undefined && { A2O_TARGET_CA_FILE: store.certificate }),
    A2O_TRINO_URL: url,
    A2O_TRINO_USER: user,
    A2O_TRINO_PASSWORD: password,
    A2O_VALIDATION_TRINO_PASSWORD: lakehouse.lakehouse.access('admin').password,
    A2O_TRINO_CA_FILE: join(folder, 'trino.pem'),
    A2O_TRINO_SERVER_NAME: serverName,
  };
}

function mappingOf(tag: string, type: string, endpoint: string): object {
  return {
    apiVersion: 'aws2openstack/v1',
    kind: 'MappingTemplate',
    metadata: { name: 'moved', description: 'Another bucket, another schema.' },
    extends: 'default',
    target: { topology: 'small', objectStore: { type, endpoint, region: 'us-east-1', preserveBucketNames: false } },
    rules: [
      { name: 'another bucket', when: { kind: 'bucket' }, to: { bucket: `moved-${tag}` } },
      { name: 'another schema', when: { kind: 'database' }, to: { catalog: 'hive', schema: `moved_${tag}` } },
    ],
  };
}
