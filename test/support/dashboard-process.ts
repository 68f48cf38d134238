import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { command } from './processes.js';

/** `aws2openstack dashboard`, as a service manager runs it. */
export interface DashboardProcess {
  readonly origin: string;
  /** Of the admin; empty where the file of the tokens was there before. */
  readonly token: string;
  readonly pid: number;
  /** What it has written to standard error. */
  log(): string;
  isRunning(): boolean;
  /** Returns its exit code; `null` where the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function startDashboardProcess(
  env: Readonly<Record<string, string>>,
  port = 0,
): Promise<DashboardProcess> {
  const child = spawn(process.execPath, [command, 'dashboard', '--port', String(port)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  for (;;) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout) ?? [];
    if (origin !== undefined)
      return {
        origin,
        token: /a2o-admin-\S+/.exec(stderr)?.[0] ?? '',
        pid: child.pid ?? 0,
        log: () => stderr,
        isRunning: () => child.exitCode === null && child.signalCode === null,
        stop: async (signal = 'SIGTERM') => {
          child.kill(signal);
          const [code] = (await ended) as [number | null];
          return code;
        },
      };
    if (child.exitCode !== null) throw new Error(`the dashboard does not start: ${stderr}`);
    await delay(50);
  }
}

/** Signs in with a token, as the page does; the cookie of the session. */
export async function signIn(origin: string, token: string): Promise<string> {
  const session = await fetch(`${origin}/api/session`);
  const { csrf } = (await session.json()) as { readonly csrf: string };
  const [secret = ''] = /\S*_csrf=[^;]+/.exec(session.headers.get('set-cookie') ?? '') ?? [];
  const signed = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { cookie: secret, 'x-csrf-token': csrf, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const [cookie] = /\S*_session=[^;]+/.exec(signed.headers.get('set-cookie') ?? '') ?? [];
  if (cookie === undefined) throw new Error(`the token is refused: ${await signed.text()}`);
  return cookie;
}
