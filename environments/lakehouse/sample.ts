import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { isStartUpError, trinoClient } from '../../clients/trino/index.js';
import { formatDiagnostic } from '../../core/diagnostic.js';
import type { Lakehouse } from './lakehouse.js';
import type { ObjectStore } from './object-store.js';
import { registerManifest } from './register.js';
import type { Registered } from './register.js';

const root = join(import.meta.dirname, '..', '..');
const runFile = promisify(execFile);

/** Of the demo's catalog these tables have data; they lie in this bucket, as the demo's assessment says. */
const sampleBucket = 'aws2openstack-test-data-20261121-a1b2';
const sampleDatabases = ['test_analytics', 'test_logs'];
const assessment = join(root, 'examples', 'demo', 'glue-catalog-assessment.json');

/**
 * The mapping of a lakehouse on this machine: the demo's tables by the rules of `base`, the object store that runs here.
 * Iceberg tables without data stay behind, because registering one reads its metadata.
 */
function renderMapping(base: string, { type, endpoint }: ObjectStore): string {
  return stringify({
    apiVersion: 'aws2openstack/v1',
    kind: 'MappingTemplate',
    metadata: { name: 'lakehouse-local', description: 'A lakehouse on this machine.' },
    extends: base,
    target: {
      name: 'lakehouse',
      topology: 'small',
      objectStore: { type, endpoint, region: 'us-east-1', credentialsSecret },
    },
    rules: [
      {
        name: 'Iceberg tables without files stay behind',
        when: { kind: 'table', format: 'ICEBERG', not: { database: sampleDatabases } },
        skip: 'its files are not on this machine',
      },
    ],
  });
}

export const credentialsSecret = 'lakehouse-object-store';

/** Writes the Terraform of the demo's catalog into `folder`/terraform and returns that. `base` is a template. */
export async function synthesizeDemo(folder: string, base: string, store: ObjectStore): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const mapping = join(folder, 'mapping.yaml');
  writeFileSync(mapping, renderMapping(base, store));
  const terraform = join(folder, 'terraform');
  const args = ['synth', '--assessment', assessment, '--mapping', mapping, '--output', terraform];
  await runFile(process.execPath, [join(root, 'cli', 'aws2openstack.mjs'), ...args], {
    env: { ...process.env, A2O_SAVE_TO_DB: '0', DATABASE_URL: '' },
  });
  return terraform;
}

/** The buckets that the Terraform makes. */
export function bucketsOf(terraform: string): string[] {
  const { resource } = JSON.parse(
    readFileSync(join(terraform, 'stacks', 'lakehouse-storage', 'cdk.tf.json'), 'utf8'),
  ) as { readonly resource: Readonly<Record<string, Readonly<Record<string, { readonly name: string }>>>> };
  return Object.values(resource['openstack_objectstorage_container_v1'] ?? {}).map(({ name }) => name);
}

/** Generates the sample tables' files, for where the assessment says they lie; returns their folder. */
async function generateSample(folder: string): Promise<string> {
  const generator = join(root, 'environments', 'test-data');
  const { stdout: python } = await runFile(join(generator, 'install.sh'), ['--check']);
  const data = join(folder, 'testdata');
  const args = ['--output', data, '--location', `s3://${sampleBucket}`];
  await runFile(python.trim(), [join(generator, 'generate.py'), ...args]);
  return data;
}

/** From nothing to tables that answer; returns the Terraform. Throws when Trino refused one. */
export async function fillWithDemo(
  lakehouse: Lakehouse,
  { folder, base, say }: { readonly folder: string; readonly base: string; readonly say: (text: string) => void },
): Promise<string> {
  say('starting the object store; generating the sample data');
  const [{ store, terraform }, data] = await Promise.all([storeAndTerraform(), generateSample(folder)]);
  const files = await store.upload(data, sampleBucket);
  say(`copied ${files} files into the object store`);
  await lakehouse.startServices({ terraform, credentialsSecret }, store, say);
  say('registering the tables');
  const { entries, failed, problems } = await registerDemo(lakehouse, folder, terraform);
  if (failed > 0)
    throw new Error(`${failed} of ${entries} schemas, tables and views could not be registered:\n${problems}`);
  await untilTablesAnswer(lakehouse);
  say(`registered ${entries} schemas, tables and views`);
  return terraform;

  async function storeAndTerraform(): Promise<{ readonly store: ObjectStore; readonly terraform: string }> {
    const store = await lakehouse.startObjectStore();
    say('writing Terraform (cdktf synth) of the demo');
    const terraform = await synthesizeDemo(folder, base, store);
    await store.createBuckets(bucketsOf(terraform));
    return { store, terraform };
  }
}

/** By the user of migration workers; what an earlier start registered stays. */
export function registerDemo(lakehouse: Lakehouse, folder: string, terraform: string): Promise<Registered> {
  return registerManifest({
    terraform,
    assessment,
    filled: sampleDatabases,
    buckets: bucketsOf(terraform),
    trino: lakehouse.access('migration'),
    ledger: join(folder, 'registered', 'entries.ndjson'),
  });
}

/** A mapping may have given the sample's schemas other names: then there is nothing to wait for. */
async function untilTablesAnswer(lakehouse: Lakehouse): Promise<void> {
  const client = trinoClient(lakehouse.access());
  const schemas = sampleDatabases.map((name) => `'${name}'`).join(', ');
  const tables = await client.query(
    `SELECT format('"%s"."%s"."%s"', table_cat, table_schem, min(table_name)) FROM system.jdbc.tables
      WHERE table_schem IN (${schemas}) AND table_type = 'TABLE' GROUP BY table_cat, table_schem`,
  );
  if (!tables.ok) throw new Error(tables.error.map(formatDiagnostic).join('\n'));
  for (const [table] of tables.value.rows) {
    const answer = await client.query(`SELECT count(*) FROM ${String(table)}`, { startUpMs: 60_000 });
    // Whatever else is wrong with a table is not the start's fault.
    if (!answer.ok && answer.error.some(isStartUpError))
      throw new Error(`Trino has no node that reads ${String(table)}, a minute after its start.`);
  }
}
