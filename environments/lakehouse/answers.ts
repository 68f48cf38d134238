import { get as getPlain } from 'node:http';
import { get as getEncrypted } from 'node:https';

/** What a server of this machine answers, whatever certificate it shows; undefined when it does not, or with an error. */
export function answerOf(url: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const get = url.startsWith('https:') ? getEncrypted : getPlain;
    // Not fetch: it cannot leave a certificate unchecked.
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
