import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';

type Definitions = Readonly<Record<string, unknown>>;

const root = join(import.meta.dirname, '..', '..');

/**
 * For TypeScript types of some files, as a glob, and a JSON Schema: the schema's definitions of a type and of those that it
 * names, and what TypeScript says of them. Both without what a type cannot say.
 */
export function schemaBesideTypes(
  schema: string,
  sources: string,
): (type: string) => readonly [Definitions, Definitions] {
  // One generator for all types, because each compiles the product anew.
  const generator = createGenerator({
    path: join(root, sources),
    tsconfig: join(root, 'tsconfig.json'),
    skipTypeCheck: true,
  });
  const { definitions } = JSON.parse(readFileSync(join(root, schema), 'utf8')) as { readonly definitions: Definitions };
  return (type) => {
    const generated = generator.createSchema(type).definitions ?? {};
    const own = Object.fromEntries(Object.keys(generated).map((name) => [name, definitions[name]]));
    return [typesOnly(own) as Definitions, typesOnly(generated) as Definitions];
  };
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
