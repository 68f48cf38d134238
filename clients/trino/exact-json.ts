/** Of JavaScript's JSON since ES2026, which the compiler's types do not have yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
}
const json = JSON as unknown as ExactJson;

/** Every whole number beyond 2^53 has so many digits. */
const maybeLarge = /\d{16}/;

/**
 * JSON whose whole numbers beyond 2^53 are BigInt, with every digit. Throws a SyntaxError for text that is not JSON.
 * Most pages hold no such number and take the fast way.
 */
export function parseExactly(text: string): unknown {
  if (!maybeLarge.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
  );
}

/** The reverse. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? json.rawJSON(String(inner)) : inner,
  );
}
