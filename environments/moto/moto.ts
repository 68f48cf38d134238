import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** The AWS emulator moto with one empty account, 123456789012. */
export interface Moto {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** moto accepts any credentials; these keep the SDK and the CLI from looking for real ones. */
export const motoCredentials = { accessKeyId: 'moto', secretAccessKey: 'moto' } as const;

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

type Server = ChildProcessByStdio<Writable, Readable, Readable>;

export interface MotoOptions {
  /** Where Step Functions call Lambda functions, such as a `LambdaBridge`. @default moto itself, in Docker */
  readonly lambda?: string;
}

/**
 * Starts moto on a free port of 127.0.0.1 and waits until it answers. It ends with this process, however that ends.
 * Throws when moto is not installed (`make toolchain`) or does not start within a minute.
 */
export async function startMoto({ lambda }: MotoOptions = {}): Promise<Moto> {
  const python = execFileSync(join(import.meta.dirname, 'install.sh'), ['--check'], { encoding: 'utf8' }).trim();
  const options = lambda === undefined ? [] : ['--lambda', lambda];
  const server = spawn(python, [join(import.meta.dirname, 'serve.py'), ...options], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  try {
    const endpoint = `http://127.0.0.1:${await readPort(server)}`;
    return { endpoint, pid: server.pid ?? 0, stop: () => stop(server) };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

/** The server is listening when it has printed its port. */
async function readPort(server: Server): Promise<string> {
  let errors = '';
  server.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const timeout = AbortSignal.timeout(startTimeoutMs);
  const [line] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line', { signal: timeout }),
    once(server, 'close', { signal: timeout }),
  ])) as unknown[];
  if (typeof line !== 'string') throw new Error(`moto did not start:\n${errors}`);
  return line;
}

async function stop(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  const force = setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
  server.kill('SIGTERM');
  await closed;
  clearTimeout(force);
}
