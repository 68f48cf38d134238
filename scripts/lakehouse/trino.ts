import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerOf } from './answers.js';
import { startProgram } from './program.js';
import { toolPath } from './tools.js';

export interface TrinoPlaces {
  /** Its `etc` folder: `config.properties`, `catalog/` and so on. */
  readonly etc: string;
  readonly data: string;
  readonly pidFile: string;
  readonly logFile: string;
}

const startTimeoutMs = 180_000;

/**
 * Starts a Trino with that configuration and waits until it takes queries. `url` is where it listens.
 * Throws when it is not installed (`make lakehouse-toolchain`) or does not start within three minutes.
 */
export async function startTrino(
  { etc, data, pidFile, logFile }: TrinoPlaces,
  url: string,
  { env = {}, isLasting }: { readonly env?: Readonly<Record<string, string>>; readonly isLasting: boolean },
): Promise<void> {
  const [installation, java] = [toolPath('trino.sh'), toolPath('java.sh', '24')];
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
    () => isReady(url),
    startTimeoutMs,
  );
}

async function isReady(url: string): Promise<boolean> {
  const answer = await answerOf(`${url}/v1/info`);
  return answer !== undefined && (JSON.parse(answer) as { readonly starting?: boolean }).starting === false;
}
