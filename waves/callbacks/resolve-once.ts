import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { TransientError, ValidationError } from '../machines/errors.js';
import { isPublicAddress } from './public-address.js';

export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface ResolveOptions {
  /** @default the system's resolver */
  readonly resolve?: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
  /** @default isPublicAddress */
  readonly isAllowed?: (address: string) => boolean;
}

/**
 * The address that a callback goes to: what is checked is what is connected to, whatever the name's owner answers next.
 * Throws a ValidationError when one of the name's addresses is internal, and a TransientError when it has none now.
 */
export async function resolveOnce(
  host: string,
  options: ResolveOptions = {},
  what = 'The callback',
): Promise<PinnedAddress> {
  const { resolve = systemResolver, isAllowed = isPublicAddress } = options;
  // As in the address of a URL.
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(name) === 0 ? await resolved(name, resolve, what) : [{ address: name, family: isIP(name) }];
  const internal = addresses.find(({ address }) => !isAllowed(address));
  if (internal !== undefined)
    throw new ValidationError(
      `${what} goes to ${name}, whose address ${internal.address} is not a public one; use a public address.`,
    );
  const [first] = addresses;
  if (first === undefined) throw new TransientError(`${what} goes to ${name}, which has no address.`);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

async function resolved(
  name: string,
  resolve: NonNullable<ResolveOptions['resolve']>,
  what: string,
): Promise<readonly { readonly address: string; readonly family: number }[]> {
  try {
    return await resolve(name);
  } catch (error) {
    throw new TransientError(`${what} goes to ${name}, which cannot be resolved.`, { cause: error });
  }
}

async function systemResolver(host: string): Promise<readonly { readonly address: string; readonly family: number }[]> {
  return await lookup(host, { all: true });
}
