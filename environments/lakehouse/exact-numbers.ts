import { createRequire } from 'node:module';

/** Of JavaScript's JSON since ES2026, which the compiler's types do not have yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
}
const json = JSON as unknown as ExactJson;

/** JSON whose whole numbers beyond 2^53 are BigInt, with every digit. Text that is no JSON stays as it is. */
export function parseExactly(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return json.parse(text, (_key, value, { source = '' }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
    );
  } catch {
    return text;
  }
}

/** The reverse. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? json.rawJSON(String(inner)) : inner,
  );
}

/** trino-client reads answers by axios, with no say in how: here its axios, and nobody else's, learns to read exactly. */
export function readTrinoExactly(): void {
  const fromClient = createRequire(createRequire(import.meta.url).resolve('trino-client'));
  const axios = fromClient('axios') as { defaults: { transformResponse: unknown } };
  axios.defaults.transformResponse = [parseExactly];
}
