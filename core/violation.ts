/** A violation that a JSON Schema validator reports; ajv's error objects have this shape. */
export interface Violation {
  readonly keyword: string;
  readonly params: unknown;
}

/** A violation in our words, to follow a subject: 'must have at least 1 character'. */
export function describeViolation({ keyword, params }: Violation): string {
  const { limit, type, allowedValues, allowedValue, missingProperty, additionalProperty, i, j } = params as Readonly<
    Record<string, unknown>
  >;
  const most = (noun: string): string => `${String(limit)} ${noun}${limit === 1 ? '' : 's'}`;
  switch (keyword) {
    case 'type':
      return `must be of type ${[type].flat().map(String).join(' or ')}`;
    case 'enum':
      return `must be one of ${(allowedValues as unknown[]).map(String).join(', ')}`;
    case 'const':
      return `must be ${JSON.stringify(allowedValue)}`;
    case 'required':
      return `lacks the key '${String(missingProperty)}'`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `has the unknown key '${String(additionalProperty)}'`;
    case 'propertyNames':
      return 'has a key with a name that is not allowed';
    case 'pattern':
    case 'format':
      return 'does not have the required form';
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${most('character')}`;
    case 'maxLength':
      return `must have at most ${most('character')}`;
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${most('item')}`;
    case 'maxItems':
      return `must have at most ${most('item')}`;
    case 'uniqueItems':
      return `holds the same item twice (items ${Number(j) + 1} and ${Number(i) + 1})`;
    case 'minProperties':
      return limit === 1 ? 'must not be empty' : `must have at least ${most('key')}`;
    case 'maxProperties':
      return `must have at most ${most('key')}`;
    case 'minimum':
      return `must be at least ${String(limit)}`;
    case 'maximum':
      return `must be at most ${String(limit)}`;
    case 'exclusiveMinimum':
      return `must be greater than ${String(limit)}`;
    case 'exclusiveMaximum':
      return `must be less than ${String(limit)}`;
    default:
      return 'is not allowed here';
  }
}
