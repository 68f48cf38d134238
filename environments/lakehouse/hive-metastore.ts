import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { isPortInUse } from '../test-env/database.js';
import { verifiedTls } from '../../core/trust/index.js';
import type { LocalService } from './bundle.js';
import type { DatabaseAccess } from './database.js';
import { filesOf } from './places.js';
import type { Places } from './places.js';
import { startProgram } from './program.js';
import { olderJava, toolPath } from './tools.js';

const startTimeoutMs = 120_000;
const schemaTimeoutMs = 180_000;

/** Packages that Hive opens by reflection. */
const opened = ['java.lang', 'java.util', 'java.net', 'java.util.concurrent.atomic'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);

/** The two programs of each version that a mapping can name. */
const programs: Readonly<Record<string, { readonly schemaTool: string; readonly server: string }>> = {
  '3.1.3': {
    schemaTool: 'org.apache.hadoop.hive.metastore.tools.MetastoreSchemaTool',
    server: 'org.apache.hadoop.hive.metastore.LoopbackMetastore',
  },
  '4.0.1': {
    schemaTool: 'org.apache.hadoop.hive.metastore.tools.schematool.MetastoreSchemaTool',
    server: 'org.apache.hadoop.hive.metastore.HiveMetaStore',
  },
};

/** Starts a Hive Metastore of the service's image version, with the service's files as its configuration. */
export async function startHiveMetastore(
  places: Places,
  { folder, image = '', settings }: LocalService,
  secrets: Readonly<Record<string, string>>,
  {
    port,
    database,
    isLasting,
  }: { readonly port: number; readonly database: DatabaseAccess; readonly isLasting: boolean },
): Promise<void> {
  const version = image.split(':')[1] ?? '';
  const classes = programs[version];
  if (classes === undefined)
    throw new Error(
      `Hive Metastore ${version} cannot run here. Set target.versions.hiveMetastore to ${Object.keys(programs).join(' or ')}.`,
    );
  const installation = toolPath('hive-metastore.sh');
  const home = join(installation, version);
  const configuration = join(folder, 'conf');
  const env = { ...process.env, ...settings, ...secrets, METASTORE_HOME: home, METASTORE_CONF_DIR: configuration };
  const classPath = [configuration, join(home, 'lib', '*'), join(installation, 'client', '*')].join(':');
  const java = (main: string, ...options: readonly string[]): [string, ...string[]] => [
    olderJava(),
    ...opened,
    '-XX:+UseSerialGC',
    ...(settings['SERVICE_OPTS']?.split(' ') ?? []),
    ...options,
    '-cp',
    classPath,
    main,
  ];
  mkdirSync(places.machine, { recursive: true });
  if (!(await hasSchema(database))) {
    const [command, ...args] = java(classes.schemaTool, '-Xmx512m');
    await promisify(execFile)(command, [...args, '-dbType', 'postgres', '-initSchema'], {
      env,
      timeout: schemaTimeoutMs,
      maxBuffer: 2 ** 26,
    });
  }
  const isNewer = version !== '3.1.3';
  const command = java(
    classes.server,
    '-Xmx768m',
    '-Dmetastore.thrift.bind.host=127.0.0.1',
    // The default is a class of Hive's query engine, which the image has and the standalone metastore does not.
    '-Dmetastore.expression.proxy=org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy',
  );
  await startProgram(
    {
      name: 'the Hive Metastore',
      command: [...command, ...(isNewer ? ['-p'] : ['127.0.0.1']), String(port)],
      env,
      cwd: places.machine,
      isLasting,
      ...filesOf(places, 'hive-metastore'),
    },
    () => isPortInUse({ host: '127.0.0.1', port }),
    startTimeoutMs,
  );
}

async function hasSchema({ ca, serverName, ...server }: DatabaseAccess): Promise<boolean> {
  const client = new pg.Client({ ...server, database: 'metastore', ssl: verifiedTls({ ca, serverName }) });
  await client.connect();
  try {
    const { rows } = await client.query<{ readonly version: string | null }>(
      `SELECT to_regclass('public."VERSION"')::text AS version`,
    );
    return rows[0]?.version !== null;
  } finally {
    await client.end();
  }
}
