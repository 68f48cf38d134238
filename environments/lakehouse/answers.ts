import { get as getPlain } from 'node:http';
import { get as getEncrypted } from 'node:https';
import { verifiedTls } from '../../core/trust/index.js';

/** Which server an https address is to be. */
export interface ServerTrust {
  /** PEM of the authority that signed its certificate, or of the certificate itself. */
  readonly ca: string;
  /** A name in its certificate. */
  readonly serverName: string;
}

/** The answer of a server on this machine; undefined when there is none, or an error. */
export function answerOf(url: string, trust?: ServerTrust): Promise<string | undefined> {
  return new Promise((settle) => {
    const get = url.startsWith('https:') ? getEncrypted : getPlain;
    // Not fetch, which takes no authority.
    const request = get(url, { agent: false, timeout: 5_000, ...verifiedTls(trust) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        settle((response.statusCode ?? 500) < 400 ? Buffer.concat(chunks).toString() : undefined);
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      settle(undefined);
    });
  });
}
