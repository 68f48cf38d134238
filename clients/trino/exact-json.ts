/** Part of JSON since ES2026; the compiler's types lack it. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
}
const json = JSON as unknown as ExactJson;

/** Every integer beyond 2^53 has at least this many digits. */
const maybeLarge = /\d{16}/;

/**
 * Parses JSON, with integers beyond 2^53 as BigInt. Throws a SyntaxError for text that is not JSON.
 * Most pages hold no such number and take the fast path.
 */
export function parseExactly(text: string): unknown {
  if (!maybeLarge.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
  );
}

/** The reverse of `parseExactly`. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? json.rawJSON(String(inner)) : inner,
  );
}
