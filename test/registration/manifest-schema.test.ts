import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

// One generator for both, because each compiles the product anew.
const generator = createGenerator({
  path: path('registration/{manifest,render-manifest}.ts'),
  tsconfig: path('tsconfig.json'),
  skipTypeCheck: true,
});

test.each(['ManifestEntry', 'ManifestIndex'])('the JSON Schema says of a %s what its TypeScript type says', (type) => {
  const { definitions } = JSON.parse(readFileSync(path('registration/manifest.schema.json'), 'utf8')) as {
    readonly definitions: Readonly<Record<string, unknown>>;
  };
  const generated = generator.createSchema(type).definitions ?? {};
  expect(typesOnly(pick(definitions, Object.keys(generated)))).toEqual(typesOnly(generated));
});

function pick(all: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

/** What a type can say: limits say more, and `integer` is a `number`. */
function typesOnly(node: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => typesOnly(item));
  if (typeof node !== 'object' || node === null) return node === 'integer' ? 'number' : node;
  const kept = Object.entries(node).filter(
    ([name, value]) =>
      typeof value === 'object' || !['minimum', 'pattern', 'minItems', 'minLength', 'description'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, typesOnly(value)]));
}
