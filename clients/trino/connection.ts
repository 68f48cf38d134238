import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { headerProblems } from './header-text.js';

/** The address of Trino and the user to connect as. */
export interface TrinoConnection {
  /** Of the coordinator or its gateway, such as `https://127.0.0.1:8443`. */
  readonly url: string;
  readonly user: string;
  /** Sent over verified TLS only. Without it, requests are not authenticated. */
  readonly password?: string;
  /** PEM of the certificate, or of authorities, besides those that Node trusts. @default none */
  readonly ca?: string;
  /** The name in the certificate, sent as SNI. @default the host of `url` */
  readonly serverName?: string;
}

/** The problems of a connection. Never quotes text that may hold a password. */
export function connectionProblems({ url, user, password }: TrinoConnection): readonly Diagnostic[] {
  const parsed = URL.parse(url);
  if (
    parsed === null ||
    !['http:', 'https:'].includes(parsed.protocol) ||
    `${parsed.username}${parsed.password}` !== ''
  )
    return [
      diagnostic({
        code: 'trino-url',
        message: 'The address of Trino must be an http or https URL without user and password.',
        fix: 'Use an address such as https://trino.acme.example:8443, and pass user and password separately.',
      }),
    ];
  if (password !== undefined && parsed.protocol === 'http:')
    return [
      diagnostic({
        code: 'trino-plain-password',
        message: `The password is not sent to ${parsed.origin}, because the connection is not encrypted.`,
        fix: 'Use the https address of Trino, or leave out the password.',
      }),
    ];
  return headerProblems({ user });
}
