/** A problem and its fix, as every part of the product states them. */
export interface Problem {
  readonly code: string;
  /** Its subject, such as a table. */
  readonly path?: string;
  readonly message: string;
  readonly fix: string;
}

/** The event of a session that is over. */
export const signedOut = 'a2o-signed-out';

export class RequestFailed extends Error {
  constructor(
    readonly status: number,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map(({ message }) => message).join(' '));
  }
}

interface PlainRequest extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Throws `RequestFailed` for an answer that is an error, and for no answer. */
export async function request(path: string, { headers, ...init }: PlainRequest = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { Accept: 'application/json', ...headers } });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new RequestFailed(0, [
      {
        code: 'unreachable',
        message: 'The dashboard does not answer.',
        fix: 'Check that `aws2openstack dashboard` runs, and reload the page.',
      },
    ]);
  }
  const body = (await response.json().catch(() => ({}))) as { readonly errors?: readonly Problem[] };
  if (response.ok) return body;
  if (response.status === 401) dispatchEvent(new Event(signedOut));
  throw new RequestFailed(response.status, body.errors ?? []);
}
