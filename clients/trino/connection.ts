import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** How to reach Trino, and as whom. */
export interface TrinoConnection {
  /** Of the coordinator or its gateway, such as `https://127.0.0.1:8443`. */
  readonly url: string;
  readonly user: string;
  /** Sent over verified TLS only. Without it, Trino is asked as a user who does not sign in. */
  readonly password?: string;
  /** PEM of the certificate, or of the authority that signed it. @default the authorities that Node trusts */
  readonly ca?: string;
  /** The name in the certificate, sent as SNI. @default the host of `url` */
  readonly serverName?: string;
}

/** What is wrong with it. Never quotes what may hold a password. */
export function connectionProblems({ url, password }: TrinoConnection): readonly Diagnostic[] {
  const parsed = URL.parse(url);
  if (
    parsed === null ||
    !['http:', 'https:'].includes(parsed.protocol) ||
    `${parsed.username}${parsed.password}` !== ''
  )
    return [
      diagnostic({
        code: 'trino-url',
        message: 'The address of Trino is not an http or https URL without user and password.',
        fix: 'Give an address such as https://trino.acme.example:8443, and user and password beside it.',
      }),
    ];
  if (password !== undefined && parsed.protocol === 'http:')
    return [
      diagnostic({
        code: 'trino-plain-password',
        message: `A password is not sent to ${parsed.origin}, which is not encrypted.`,
        fix: 'Give the https address of Trino, or no password.',
      }),
    ];
  return [];
}
