import { sendSigned } from '../callbacks/send-signed.js';
import type { SendOptions } from '../callbacks/send-signed.js';
import { PrerequisiteError, TransientError } from '../machines/errors.js';
import type { Cmdb } from './cmdb.js';

/** How a CMDB is reached. Never of a payload: who may send one must not choose who gets the credentials. */
export interface RestCmdbSettings extends Pick<SendOptions, 'now' | 'ca' | 'resolve' | 'isAllowed'> {
  /** HTTPS; `{key}` stands for the machine's key, percent-encoded. */
  readonly url: string;
  /** PUT replaces a record, PATCH changes the fields that are named. */
  readonly method: 'PUT' | 'PATCH';
  /** Signs each request as Standard Webhooks describe; `whsec_` and base64. */
  readonly secret: () => Promise<string>;
  /** Of the header `Authorization`, such as `Bearer …`. */
  readonly authorization?: () => Promise<string>;
}

/** Whether a URL can be one of `RestCmdbSettings`. */
export function isCmdbUrl(url: string): boolean {
  const parsed = URL.parse(url.replaceAll('{key}', 'key'));
  return (
    parsed?.protocol === 'https:' &&
    url.includes('{key}') &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.hash === ''
  );
}

/** A CMDB with a REST API that takes a machine's fields as a JSON object. */
export function restCmdb({ url, method, secret, authorization, ...options }: RestCmdbSettings): Cmdb {
  return {
    update: async ({ key, id, fields }, signal) => {
      const to = url.replaceAll('{key}', encodeURIComponent(key));
      const headers = authorization === undefined ? {} : { authorization: await authorization() };
      const { status, host } = await sendSigned(
        { url: to, id, body: JSON.stringify(fields), method, headers, what: 'The update of the CMDB' },
        { ...options, secret: await secret(), signal },
      );
      judge(status, host, key);
    },
  };
}

function judge(status: number, host: string, key: string): void {
  if (status >= 200 && status < 300) return;
  const message = `The CMDB at ${host} answered ${status} for the record '${key}'`;
  if (status === 408 || status === 425 || status === 429 || status >= 500) throw new TransientError(`${message}.`);
  const why: Readonly<Record<number, string>> = {
    401: 'put valid credentials into its settings',
    403: 'put valid credentials into its settings, with the right to change the record',
    404: 'correct cmdb.key of the machine, or make the record',
  };
  throw new PrerequisiteError(
    `${message}: ${why[status] ?? 'check cmdb.fields of the machine, and the URL and method of the CMDB'}.`,
  );
}
