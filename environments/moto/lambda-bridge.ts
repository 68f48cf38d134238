import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface LambdaBridge {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  /** The log lines of the handlers. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Runs the bundled handlers of a folder as Lambda functions; it ends with this process. */
export async function startLambdaBridge(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaBridge> {
  const program = join(import.meta.dirname, 'serve-lambda.mjs');
  const { PATH = '' } = process.env;
  const server = spawn(process.execPath, [program, folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH, ...environment },
  });
  const output = createInterface({ input: server.stdout });
  const errors = createInterface({ input: server.stderr });
  const [port] = (await Promise.race([once(output, 'line'), once(server, 'close')])) as unknown[];
  if (typeof port !== 'string') throw new Error('the Lambda bridge did not start');
  const lines: string[] = [];
  for (const stream of [output, errors]) stream.on('line', (line) => lines.push(line));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    lines,
    stop: async () => {
      const closed = once(server, 'close');
      server.stdin.end();
      await closed;
    },
  };
}
