import { createSecureContext, getCACertificates } from 'node:tls';
import type { ConnectionOptions, SecureContext } from 'node:tls';

interface VerifiedTls {
  /** PEM of authorities besides those that Node trusts. @default none */
  readonly ca?: string | undefined;
  /** The name to ask for and to find in the certificate. @default the host's */
  readonly serverName?: string | undefined;
}

/** By the authorities' PEM: parsing all of them for each connection takes milliseconds. */
const contexts = new Map<string, SecureContext>();

/**
 * The TLS options of every client of the product, for `tls.connect`, `https.Agent`, undici and pg. The server's
 * certificate is always verified: NODE_TLS_REJECT_UNAUTHORIZED has no effect.
 */
export function verifiedTls({ ca, serverName }: VerifiedTls = {}): Pick<
  ConnectionOptions,
  'rejectUnauthorized' | 'secureContext' | 'servername'
> {
  return {
    rejectUnauthorized: true,
    ...(ca !== undefined && { secureContext: contextOf(ca) }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

function contextOf(ca: string): SecureContext {
  const known = contexts.get(ca);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...getCACertificates('default'), ca] });
  contexts.set(ca, context);
  return context;
}
