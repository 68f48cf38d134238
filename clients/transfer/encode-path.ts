/**
 * A key as a part of a URL's path: every byte of its UTF-8 but letters, digits, `-`, `.`, `_`, `~` and the slash is
 * percent-encoded, which is also the form that Signature Version 4 signs. `..`, `//` and a slash at either end stay.
 * The key must be well-formed Unicode. Source: Amazon S3 API reference, 'Signature calculations for the Authorization header'.
 */
export function encodeKey(key: string): string {
  if (plain.test(key)) return key;
  return encodeURIComponent(key).replace(/%2F|[!'()*]/g, (found) =>
    found === '%2F' ? '/' : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** For a query's names and values: the slash is encoded, too. */
export function encodeParameter(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

const plain = /^[A-Za-z0-9\-._~/]*$/;
