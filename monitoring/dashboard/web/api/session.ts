import { request } from './request.js';

export interface SessionView {
  readonly who: string | null;
  readonly role: 'viewer' | 'operator' | 'admin' | null;
  /** Whether people can sign in at an identity provider. */
  readonly oidc: boolean;
}

let csrf = '';

export async function readSession(): Promise<SessionView> {
  const { csrf: token, ...session } = (await request('/api/session')) as SessionView & { readonly csrf: string };
  csrf = token;
  return session;
}

export async function signIn(token: string): Promise<void> {
  await send('POST', '/api/session', { token });
}

/** Here, or in every browser of this person. */
export async function signOut({ everywhere = false } = {}): Promise<void> {
  await send('DELETE', everywhere ? '/api/session?everywhere=true' : '/api/session');
}

/** A request that changes something. */
export async function send(method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  return await request(path, {
    method,
    headers: {
      'X-CSRF-Token': csrf,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
