import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

type Node = Readonly<Record<string, unknown>>;

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

test.each([
  ['Assessment', 'assessments/assessment'],
  ['S3Assessment', 'assessments/s3/s3-assessment'],
])('the JSON Schema says of every key what the TypeScript type %s says', (type, file) => {
  const schema = JSON.parse(readFileSync(path(`${file}.schema.json`), 'utf8')) as Node;
  const generated = createGenerator({
    path: path(`${file}.ts`),
    tsconfig: path('tsconfig.json'),
    type,
    skipTypeCheck: true,
    additionalProperties: true,
  }).createSchema(type);
  expect(typesOnly(schema['definitions'])).toEqual(typesOnly(generated.definitions));
});

/** What a type can say: limits such as `minimum` and `pattern` say more, `integer` is a `number`, and one reader reads every 1.x. */
function typesOnly(node: unknown, key = ''): unknown {
  if (key === 'schemaVersion') return 'a version';
  if (Array.isArray(node))
    return node.map((item) => typesOnly(item)).map((item) => (item === 'integer' ? 'number' : item));
  if (typeof node !== 'object' || node === null) return node === 'integer' ? 'number' : node;
  const kept = Object.entries(node).filter(
    ([name, value]) => typeof value === 'object' || !['minimum', 'pattern', 'minLength'].includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, typesOnly(value, name)]));
}
