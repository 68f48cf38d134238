import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trinoClient } from '../../clients/trino/index.js';
import { startTrino } from '../../environments/lakehouse/trino.js';
import { stopProgram } from '../../environments/lakehouse/program.js';
import { valueOf } from './assess-run.js';
import { freePort } from './postgres-server.js';

/** A real Trino on loopback, for one test file. */
export interface TestTrino {
  /** The rows, or a rejection with Trino's own message. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
  stop(): Promise<void>;
}

type Properties = Readonly<Record<string, string>>;

/** With these catalogs: the properties of each by its name. */
export async function startTestTrino(catalogs: Readonly<Record<string, Properties>>): Promise<TestTrino> {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-trino-'));
  const port = await freePort();
  const server = `http://127.0.0.1:${port}`;
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  for (const [name, text] of Object.entries({ ...filesOf(port), ...catalogFiles(catalogs) })) {
    writeFileSync(join(etc, name), text);
  }
  const pidFile = join(folder, 'trino.pid');
  const places = { version: '476', etc, data: join(folder, 'data'), pidFile, logFile: join(folder, 'trino.log') };
  const stop = async (): Promise<void> => {
    await stopProgram(pidFile, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await startTrino(places, server, { isLasting: false });
  } catch (error) {
    await stop();
    throw error;
  }
  const client = trinoClient({ url: server, user: 'test' });
  return { query: async (sql) => valueOf(await client.query(sql)).rows, stop };
}

function filesOf(port: number): Record<string, string> {
  return {
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
      'catalog.management=static',
      '',
    ].join('\n'),
    'node.properties': 'node.environment=test\nnode.bind-ip=127.0.0.1\nnode.internal-address=127.0.0.1\n',
    'jvm.config': [
      '-Xmx1536M',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Duser.timezone=UTC',
      '-Djdk.attach.allowAttachSelf=true',
      '--add-modules=jdk.incubator.vector',
      '',
    ].join('\n'),
    'log.properties': 'io.trino=WARN\n',
  };
}

function catalogFiles(catalogs: Readonly<Record<string, Properties>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(catalogs).map(([name, properties]) => [
      `catalog/${name}.properties`,
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    ]),
  );
}
