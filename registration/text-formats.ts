import { escapeOf, unescapeCharacter, unescapeDelimiter } from '../core/parameters/effective-parameters.js';
import { fateOf } from '../core/parameters/parameters.js';
import type { Reader } from '../core/parameters/known-parameter.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { characterRefusal, printableLiteral } from './delimiters.js';
import { isJavaPattern } from './java-pattern.js';
import type { PropertyValue } from './sql.js';

type Parameters = Readonly<Record<string, string>>;

export type Properties = Readonly<Record<string, PropertyValue | undefined>>;

/** The properties of a table of OpenCSVSerde. */
export function csvProperties(parameters: Parameters): Result<Properties, string> {
  const escape = map(parameters['escapeChar'], unescapeCharacter);
  const quote = map(parameters['quoteChar'], unescapeCharacter);
  const separator = map(parameters['separatorChar'], unescapeCharacter);
  const refusal = characterRefusal(
    [
      // Hive and Trino read an escape character `"` as a backslash.
      { name: 'escapeChar', text: escape === '"' ? '\\' : escape, otherwise: '\\' },
      { name: 'quoteChar', text: quote, otherwise: '"' },
      { name: 'separatorChar', text: separator, otherwise: ',' },
    ],
    { isAscii: false },
  );
  if (refusal !== null) return fail(refusal);
  const lines = skippedLines(parameters);
  if (!lines.ok) return lines;
  return ok({
    csv_escape: map(escape, printableLiteral),
    csv_quote: map(quote, printableLiteral),
    csv_separator: map(separator, printableLiteral),
    ...lines.value,
  });
}

/** The properties of a table of LazySimpleSerDe. */
export function textFileProperties(parameters: Parameters): Result<Properties, string> {
  const fieldName = parameters['field.delim'] === undefined ? 'serialization.format' : 'field.delim';
  const field = map(given(parameters[fieldName]), unescapeDelimiter);
  const escape = map(parameters['escape.delim'], escapeOf);
  const refusal = characterRefusal(
    [
      { name: fieldName, text: field, otherwise: '\u0001' },
      { name: 'escape.delim', text: escape, otherwise: null },
    ],
    { isAscii: true },
  );
  if (refusal !== null) return fail(refusal);
  for (const name of nestedDelimiters) {
    const text = map(given(parameters[name]), unescapeDelimiter);
    const nested = characterRefusal([{ name, text, otherwise: null }], { isAscii: true });
    if (nested !== null) return fail(nested);
  }
  const lines = skippedLines(parameters);
  if (!lines.ok) return lines;
  return ok({
    textfile_field_separator: map(field, printableLiteral),
    textfile_field_separator_escape: map(escape, printableLiteral),
    null_format: map(parameters['serialization.null.format'], printableLiteral),
    ...lines.value,
  });
}

const nestedDelimiters: readonly string[] = ['colelction.delim', 'collection.delim', 'mapkey.delim'];

/** The properties of a table of RegexSerDe. */
export function regexProperties(parameters: Parameters): Result<Properties, string> {
  const pattern = parameters['input.regex'];
  if (pattern === undefined) return fail('its RegexSerDe has no input.regex');
  if (!isJavaPattern(pattern)) return fail(`its input.regex '${pattern}' is not a regular expression of Java`);
  const ignoresCase = parameters['input.regex.case.insensitive']?.toLowerCase() === 'true';
  return ok({ regex: printableLiteral(pattern), regex_case_insensitive: ignoresCase ? true : undefined });
}

/**
 * Parameters that Trino reads, though it has no property for them: a table keeps them under their own names.
 * Source: Trino documentation, Hive connector, 'extra_properties'; each was tried with Trino 476.
 */
export function extraProperties(parameters: Parameters, reader: Reader): Result<Properties, string> {
  const carried = Object.entries(parameters)
    .filter(([name, value]) => {
      const fate = fateOf(name, value, reader);
      if (nestedDelimiters.includes(name) && value === '') return false;
      return fate?.kind === 'carried' && fate.as === 'extra_properties';
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const extra = Object.fromEntries(carried);
  const lines = skippedLines(extra);
  if (!lines.ok) return lines;
  return ok({ extra_properties: extraProperty(extra) });
}

/** `MAP(ARRAY['a'], ARRAY['b'])`; `undefined` without any. */
export function extraProperty(parameters: Parameters): string | undefined {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return undefined;
  const values = entries.map(([name, value]) =>
    printableLiteral(nestedDelimiters.includes(name) ? unescapeDelimiter(value) : value),
  );
  return `MAP(ARRAY[${entries.map(([name]) => printableLiteral(name)).join(', ')}], ARRAY[${values.join(', ')}])`;
}

/** Why a value cannot be stored by the metastore; `null` when it can. */
export function storedRefusal(parameters: Parameters, reader: Reader): string | null {
  const bad = Object.entries(parameters).find(
    ([name, value]) => value.includes('\0') && fateOf(name, value, reader)?.kind === 'carried',
  );
  return bad === undefined ? null : `its parameter ${bad[0]} has character 0, which Hive Metastore cannot store`;
}

function skippedLines(parameters: Parameters): Result<Properties, string> {
  const wrong = ['skip.footer.line.count', 'skip.header.line.count'].find(
    (name) => !/^\s*\d{0,9}\s*$/.test(parameters[name] ?? ''),
  );
  if (wrong !== undefined) {
    return fail(`its parameter ${wrong} is '${parameters[wrong] ?? ''}', which is not a whole number below 1000000000`);
  }
  return ok({
    skip_footer_line_count: positive(parameters['skip.footer.line.count']),
    skip_header_line_count: positive(parameters['skip.header.line.count']),
  });
}

function positive(text = ''): number | undefined {
  const number = Number(text);
  return number > 0 ? number : undefined;
}

/** Hive takes an empty delimiter for none. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function map(text: string | undefined, change: (text: string) => string): string | undefined {
  return text === undefined ? undefined : change(text);
}
