import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from './program.js';

export interface TrinoPlaces {
  /** Its `etc` folder: `config.properties`, `catalog/` and so on. */
  readonly etc: string;
  readonly data: string;
  readonly pidFile: string;
  readonly logFile: string;
}

const tools = join(import.meta.dirname, '..', '..', 'tools', 'lakehouse');
const startTimeoutMs = 180_000;

/**
 * Starts a Trino with that configuration and waits until it takes queries. `port` is its plain one.
 * Throws when it is not installed (`make lakehouse-toolchain`) or does not start within three minutes.
 */
export async function startTrino(
  { etc, data, pidFile, logFile }: TrinoPlaces,
  port: number,
  { env = {}, isLasting }: { readonly env?: Readonly<Record<string, string>>; readonly isLasting: boolean },
): Promise<void> {
  const [installation, java] = [toolPath('trino.sh', '--check'), toolPath('java.sh', '24', '--check')];
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
    () => isReady(port),
    startTimeoutMs,
  );
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/info`, { signal: AbortSignal.timeout(5_000) });
    const { starting } = (await response.json()) as { readonly starting?: boolean };
    return starting === false;
  } catch {
    return false;
  }
}

function toolPath(script: string, ...args: readonly string[]): string {
  return execFileSync(join(tools, script), args, { encoding: 'utf8' }).trim();
}
