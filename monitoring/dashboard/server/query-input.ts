import type { JsonSchema } from '../../questions/schema.js';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The input of a question from a query string: numbers, truth values and lists (`formats=ORC&formats=CSV`) as the schema has
 * them. What does not fit is passed on as text, which the question refuses.
 */
export function queryInput(schema: JsonSchema, query: Query): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  return Object.fromEntries(
    Object.entries(query).map(([name, given]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property?.['type'] !== 'array') return [name, valueOf(property, given)];
      const items = property['items'] as JsonSchema;
      return [name, [given ?? []].flat().map((each) => valueOf(items, each))];
    }),
  );
}

function valueOf(schema: JsonSchema | undefined, given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const type = schema?.['type'];
  if (type === 'boolean') return given === 'true' ? true : given === 'false' ? false : given;
  if (type !== 'integer' && type !== 'number') return given;
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(given) ? Number(given) : given;
}
