import fc from 'fast-check';
import type { JsonSchema } from '../../monitoring/questions/schema.js';

const hostileTexts = [
  'latest',
  'assessment-',
  '0',
  '-1',
  '1e400',
  'NaN',
  'null',
  'true',
  '%',
  '*',
  '[]',
  '..',
  '../../etc/passwd',
  '__proto__',
  '\0',
  '\ud800',
  "'; DROP TABLE tables; --",
];

/** What nobody expects: texts of any kind, wrong types, cursors of other lists. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 2000 }),
  fc.anything().map((any) => Buffer.from(JSON.stringify([any])).toString('base64url')),
  fc.jsonValue(),
);

/** Values that a JSON Schema allows. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, enum: choices, minimum, maximum, minLength = 0, maxLength = 300, format } = schema;
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as unknown[]));
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Number(minimum ?? -1e9), max: Number(maximum ?? 1e9) });
    case 'number':
      return fc.double({ min: Number(minimum ?? -1e9), max: Number(maximum ?? 1e9), noNaN: true });
    case 'array':
      return fc.array(valuesOf(schema['items'] as JsonSchema), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 5,
      });
    case 'object':
      return objectsOf(schema, valuesOf);
    default:
      return format === 'uuid'
        ? fc.uuid()
        : fc.string({ minLength: Number(minLength), maxLength: Math.min(300, Number(maxLength)) });
  }
}

/** Some or all properties, each with a value that it allows or with any other; now and then an unknown one. */
export function attacksOn(schema: JsonSchema): fc.Arbitrary<unknown> {
  const each = (property: JsonSchema): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 3, arbitrary: valuesOf(property) }, { weight: 1, arbitrary: hostile });
  return fc.oneof(
    { weight: 8, arbitrary: objectsOf(schema, each) },
    { weight: 1, arbitrary: hostile },
    {
      weight: 1,
      arbitrary: fc.tuple(objectsOf(schema, each), hostile).map(([one, other]) => ({ ...one, made_up: other })),
    },
  );
}

function objectsOf(
  { properties = {}, required = [] }: JsonSchema,
  valueOf: (property: JsonSchema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, property]) => [name, valueOf(property)] as const,
  );
  const names = values.map(([name]) => name);
  return fc.record(Object.fromEntries(values), {
    requiredKeys: (required as readonly string[]).filter((name) => names.includes(name)) as never[],
  });
}
