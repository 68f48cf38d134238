/** What `isServiceUrl` asks for, for messages. */
export const serviceUrlRule = 'an http or https URL with a host, and without user, password, query or fragment';

/** Whether a service can be asked at the URL, and the URL be shown in messages: it holds no credentials. */
export function isServiceUrl(text: string): boolean {
  return /^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#]*)?$/i.test(text) && URL.canParse(text);
}
