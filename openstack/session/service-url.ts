/** The requirement of `isServiceUrl`, for messages. */
export const serviceUrlRule = 'an http or https URL with a host, and without user, password, query or fragment';

/** Whether the URL can address a service and can be shown in messages, because it contains no credentials. */
export function isServiceUrl(text: string): boolean {
  return /^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#]*)?$/i.test(text) && URL.canParse(text);
}
