import { get as getPlain } from 'node:http';
import { get as getEncrypted } from 'node:https';

/** The answer of a server on this machine, whatever its certificate; undefined when there is none, or an error. */
export function answerOf(url: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const get = url.startsWith('https:') ? getEncrypted : getPlain;
    // Not fetch, which always checks the certificate.
    const request = get(url, { agent: false, timeout: 5_000, rejectUnauthorized: false }, (response) => {
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
