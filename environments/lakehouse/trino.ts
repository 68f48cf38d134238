import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from './answers.js';
import type { ServerTrust } from './answers.js';
import { startProgram } from './program.js';
import { toolPath } from './tools.js';

export interface LocalTrino {
  /** Such as `476`: one that tools/lakehouse/trino.sh installs. */
  readonly version: string;
  /** Its `etc` folder: `config.properties`, `catalog/` and so on. */
  readonly etc: string;
  readonly data: string;
  readonly pidFile: string;
  readonly logFile: string;
}

export interface TrinoStart {
  /** Of its own address; of a server that has just begun to listen, it may be known only then. Rejects while it is not. */
  readonly trust: () => Promise<ServerTrust>;
  readonly env?: Readonly<Record<string, string>>;
  readonly isLasting: boolean;
}

const startTimeoutMs = 480_000;

/**
 * Starts a Trino with that configuration and waits until it accepts queries. `url` is its own address.
 * Throws, with the command to run, when it is not installed, or when it does not start within eight minutes.
 */
export async function startTrino(
  { version, etc, data, pidFile, logFile }: LocalTrino,
  url: string,
  { trust, env = {}, isLasting }: TrinoStart,
): Promise<void> {
  const [installation, java] = [toolPath('trino.sh', version), toolPath('java.sh', '25')];
  mkdirSync(data, { recursive: true });
  await startProgram(
    {
      name: 'Trino',
      command: [join(installation, 'bin', 'launcher'), 'run', '--etc-dir', etc, '--data-dir', data],
      env: { ...process.env, JAVA_HOME: java, PATH: `${join(java, 'bin')}:${process.env['PATH']}`, ...env },
      cwd: data,
      pidFile,
      logFile,
      isLasting,
    },
    () => isReady(url, trust),
    startTimeoutMs,
  );
}

async function isReady(url: string, trust: TrinoStart['trust']): Promise<boolean> {
  const known = await trust().catch(() => undefined);
  const answer = known && (await answerOf(`${url}/v1/info`, known));
  return answer !== undefined && (JSON.parse(answer) as { readonly starting?: boolean }).starting === false;
}
