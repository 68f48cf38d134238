import type { AddressInfo } from 'node:net';
import { buildServer } from '../../monitoring/dashboard/server/index.js';
import type { DashboardOptions } from '../../monitoring/dashboard/server/index.js';
import { cookieNames } from '../../monitoring/dashboard/server/sign-in/cookies.js';
import { newSession, sealSession } from '../../monitoring/dashboard/server/sign-in/session.js';
import type { Session } from '../../monitoring/dashboard/server/sign-in/session.js';
import { roles } from '../../monitoring/dashboard/server/sign-in/roles.js';
import type { Role } from '../../monitoring/dashboard/server/sign-in/roles.js';
import type { State } from '../../state/index.js';

export const secrets = {
  tokens: { viewer: '0'.repeat(64), operator: '1'.repeat(64), admin: '2'.repeat(64) },
  key: Buffer.alloc(32, 7),
};

/** A dashboard that listens, and what it answers to a program. */
export interface ServedDashboard {
  readonly origin: string;
  ask(path: string, asker: Asker, more?: AskOptions): Promise<Answered>;
  /** As its page does: with the CSRF token. */
  send(method: 'POST' | 'DELETE', path: string, asker: Asker, body?: object): Promise<Answered>;
  close(): Promise<void>;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export async function serveDashboard(
  state: State,
  more: Partial<DashboardOptions> = {},
  port = 0,
): Promise<ServedDashboard> {
  const app = await buildServer({
    state,
    secrets,
    requestsPerMinute: 100_000,
    pollMs: 50,
    onProblem: (problem) => {
      throw problem;
    },
    ...more,
  });
  await app.listen({ host: '127.0.0.1', port });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const ask = async (path: string, asker: Asker, init: AskOptions = {}): Promise<Answered> => {
    const cookie = [sessionCookie(asker), init.headers?.['cookie'] ?? ''].filter((each) => each !== '');
    const headers = { ...init.headers, cookie: cookie.join('; ') };
    const response = await fetch(origin + path, { redirect: 'manual', ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  return {
    origin,
    ask,
    send: async (method, path, asker, body) => {
      const session = await ask('/api/session', asker);
      const secret = /\S*_csrf=[^;]+/.exec(session.headers.get('set-cookie') ?? '')?.[0] ?? '';
      const { csrf } = session.json as { csrf: string };
      return await ask(path, asker, {
        method,
        headers: {
          cookie: secret,
          'x-csrf-token': csrf,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    close: () => app.close(),
  };
}

/** `nobody` has no session. */
export const askers = ['nobody', ...roles] as const;
export type Asker = 'nobody' | Role;

export function sessionCookie(asker: Asker): string {
  if (asker === 'nobody') return '';
  return cookieOf(newSession({ who: `local-${asker}`, role: asker }, new Date()));
}

/** As the browser sends it. */
export function cookieOf(session: Session): string {
  return `${cookieNames(secrets.key, { secure: false }).session}=${sealSession(session, secrets.key)}`;
}
