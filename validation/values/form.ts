import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseTrinoType, typeText } from './trino-type.js';
import type { RowField, TrinoType } from './trino-type.js';
import type { ValueRules } from './value-rules.js';

export type Side = 'source' | 'target';

/** The form in which the values of a column are compared, on both sides. `docs/validation.md` has a line for each. */
export type Form =
  | { readonly kind: 'boolean' | 'integer' | 'date' | 'uuid' | 'json' | 'binary' }
  | { readonly kind: 'float'; readonly hasOneZero: boolean }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Decimals that no single decimal type holds: digits without zeros at the end. */
  | { readonly kind: 'digits' }
  | { readonly kind: 'text'; readonly isTrimmed: boolean; readonly emptyIsNull: boolean }
  | { readonly kind: 'time'; readonly precision: number }
  /** `isReduced`: one side has more digits, which are rounded. */
  | { readonly kind: 'timestamp'; readonly precision: number; readonly isZoned: boolean; readonly isReduced: boolean }
  | { readonly kind: 'array'; readonly element: Form; readonly isOrdered: boolean }
  | { readonly kind: 'map'; readonly key: Form; readonly value: Form }
  | { readonly kind: 'row'; readonly fields: readonly FormField[] }
  | { readonly kind: 'canonical-text'; readonly as: 'varchar' | 'json'; readonly reason: string }
  | { readonly kind: 'not-compared'; readonly reason: string };

/** A field of a row; it may stand at another place in the target. */
export interface FormField {
  /** Positions from 1. */
  readonly at: Readonly<Record<Side, number>>;
  readonly form: Form;
}

/** Rules by kind of type, such as those of the column that is compared. */
export type RulesOfKind = (kind: TrinoType['kind']) => ValueRules;

/** Trino compiles a lambda for each level of an array or map; its parser takes 25 of them. */
const deepestLambdas = 12;
const tooDeep = `its arrays and maps nest deeper than ${deepestLambdas} levels`;

/**
 * How values of the two types are compared. Fails, with a clause, where they cannot be equal whatever the values are: the
 * types are not cast to each other.
 */
export function agree(source: TrinoType, target: TrinoType, rules: RulesOfKind, depth = 0): Result<Form, string> {
  const { asText } = rules(source.kind);
  if (asText !== undefined) return agreeOnText(source, target, asText);
  const within = (a: TrinoType, b: TrinoType): Result<Form, string> => agree(a, b, rules, depth + 1);
  if (source.kind === 'array' && target.kind === 'array') {
    if (depth > deepestLambdas) return agreeOnText(source, target, tooDeep);
    const isOrdered = rules('array').arrayOrder !== 'equal';
    return wrap(within(source.element, target.element), (element) => ({ kind: 'array', element, isOrdered }));
  }
  if (source.kind === 'map' && target.kind === 'map') {
    if (depth > deepestLambdas) return agreeOnText(source, target, tooDeep);
    const value = within(source.value, target.value);
    return wrap(within(source.key, target.key), (key) => wrap(value, (of) => ({ kind: 'map', key, value: of })));
  }
  if (source.kind === 'row' && target.kind === 'row') return agreeOnRow(source.fields, target.fields, within);
  return agreeOnScalar(source, target, rules);
}

/** Both sides cast the value to text; only equal types have equal texts. */
function agreeOnText(source: TrinoType, target: TrinoType, reason: string): Result<Form, string> {
  if (typeText(source).toLowerCase() !== typeText(target).toLowerCase()) return unequal(source, target);
  const isNested = ['array', 'map', 'row'].includes(source.kind);
  if (isNested && !hasJson(source))
    return ok({ kind: 'not-compared', reason: `${reason}, and it has no canonical text` });
  if (source.kind === 'varbinary') return ok({ kind: 'not-compared', reason: `${reason}, and bytes have no text` });
  return ok({ kind: 'canonical-text', as: isNested || source.kind === 'json' ? 'json' : 'varchar', reason });
}

/** An inner value that cannot be compared makes the whole value so. */
function wrap(inner: Result<Form, string>, outer: (form: Form) => Form | Result<Form, string>): Result<Form, string> {
  if (!inner.ok || inner.value.kind === 'not-compared') return inner;
  const form = outer(inner.value);
  return 'ok' in form ? form : ok(form);
}

/**
 * Fields are paired by name without case, the first of a name with the first; or by position where one side has no names.
 */
function agreeOnRow(
  source: readonly RowField[],
  target: readonly RowField[],
  within: (a: TrinoType, b: TrinoType) => Result<Form, string>,
): Result<Form, string> {
  if (source.length !== target.length)
    return fail(`rows of ${source.length} and of ${target.length} fields are not equal`);
  const hasNames = [...source, ...target].every(({ name }) => name !== undefined);
  const placesOf = Map.groupBy(target.keys(), (place) => target[place]?.name?.toLowerCase());
  const fields: FormField[] = [];
  for (const [index, { name, type }] of source.entries()) {
    const other = hasNames ? placesOf.get(name?.toLowerCase())?.shift() : index;
    const paired = other === undefined ? undefined : target[other];
    if (other === undefined || paired === undefined) return fail(`the field '${name ?? ''}' is missing at the target`);
    const form = within(type, paired.type);
    if (!form.ok || form.value.kind === 'not-compared') return form;
    fields.push({ at: { source: index + 1, target: other + 1 }, form: form.value });
  }
  return ok({ kind: 'row', fields });
}

function agreeOnScalar(source: TrinoType, target: TrinoType, rules: RulesOfKind): Result<Form, string> {
  if (isFloat(source) && isFloat(target))
    return ok({ kind: 'float', hasOneZero: rules(source.kind).negativeZero === 'equal' });
  if (isText(source) && isText(target)) return ok(textForm(source, target, rules));
  if (source.kind === 'decimal' && target.kind === 'decimal') return ok(decimalForm(source, target));
  if (source.kind === 'timestamp' && target.kind === 'timestamp' && source.isZoned === target.isZoned) {
    const precision = Math.min(source.precision, target.precision);
    const isReduced = source.precision !== target.precision;
    return ok({ kind: 'timestamp', precision, isZoned: source.isZoned, isReduced });
  }
  if (source.kind === 'time' && target.kind === 'time' && source.isZoned === target.isZoned) {
    const precision = Math.min(source.precision, target.precision);
    if (!source.isZoned) return ok({ kind: 'time', precision });
    return ok({ kind: 'canonical-text', as: 'varchar', reason: 'times with a time zone have no number' });
  }
  if (source.kind !== target.kind) return unequal(source, target);
  const plain = plainForms.find((kind) => kind === source.kind);
  if (plain !== undefined) return ok({ kind: plain });
  if (source.kind === 'varbinary') return ok({ kind: 'binary' });
  return source.kind === 'other' && typeText(source) === typeText(target)
    ? ok(otherForm(source.text))
    : unequal(source, target);
}

const plainForms = ['boolean', 'integer', 'date', 'uuid', 'json'] as const;

function unequal(source: TrinoType, target: TrinoType): Result<Form, string> {
  return fail(`${typeText(source)} and ${typeText(target)} have no values in common`);
}

function isFloat({ kind }: TrinoType): boolean {
  return kind === 'real' || kind === 'double';
}

function isText({ kind }: TrinoType): boolean {
  return kind === 'varchar' || kind === 'char';
}

/** A char has no trailing blanks of its own, so neither does the varchar that is compared with it. */
function textForm(source: TrinoType, target: TrinoType, rules: RulesOfKind): Form {
  const { trailingBlanks, emptyText } = rules('varchar');
  const isTrimmed = trailingBlanks === 'equal' || source.kind === 'char' || target.kind === 'char';
  return { kind: 'text', isTrimmed, emptyIsNull: emptyText === 'equal-to-null' };
}

interface DecimalType {
  readonly precision: number;
  readonly scale: number;
}

/** The larger scale, where one decimal has room for it and for the larger number of digits before it. */
function decimalForm(source: DecimalType, target: DecimalType): Form {
  const scale = Math.max(source.scale, target.scale);
  const precision = scale + Math.max(source.precision - source.scale, target.precision - target.scale);
  return precision <= 38 ? { kind: 'decimal', precision, scale } : { kind: 'digits' };
}

/** Types that Trino can cast to varchar, of which neither Hive nor Iceberg has columns. */
const castable = /^(ipaddress|interval .*|unknown)$/;

function otherForm(text: string): Form {
  return castable.test(text)
    ? { kind: 'canonical-text', as: 'varchar', reason: `values of the type ${text} are compared as text` }
    : { kind: 'not-compared', reason: `values of the type ${text} have no text` };
}

/** Trino can cast it to JSON without loss. Source: Trino 476 documentation, 'JSON functions', 'Cast to JSON'. */
function hasJson(type: TrinoType): boolean {
  if (type.kind === 'array') return hasJson(type.element);
  if (type.kind === 'map') return type.key.kind === 'varchar' && hasJson(type.value);
  if (type.kind === 'row') return type.fields.every((field) => hasJson(field.type));
  return ['boolean', 'integer', 'decimal', 'varchar', 'date', 'timestamp', 'real', 'double'].includes(type.kind);
}

/** As `agree`, of type texts. */
export function agreeOnTexts(source: string, target: string, rules: RulesOfKind): Result<Form, string> {
  const [from, to] = [parseTrinoType(source), parseTrinoType(target)];
  if (!from.ok) return from;
  return to.ok ? agree(from.value, to.value, rules) : to;
}
