import type { Reader } from './known-parameter.js';

type Parameters = Readonly<Record<string, string>>;

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\t', '\t'],
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\\\', '\\'],
]);

/** Glue keeps `\t`, `\001` and a bare number such as `1` (character 1) as text. Source: Hive, LazySerDeParameters. */
export function unescapeDelimiter(text: string): string {
  if (/^\d{1,3}$/.test(text) && Number(text) < 128) return String.fromCharCode(Number(text));
  return unescapeCharacter(text);
}

/** The same without bare numbers, which OpenCSVSerde and Spark take as they are. */
export function unescapeCharacter(text: string): string {
  const octal = /^\\0?([0-3]?[0-7]{1,2})$/.exec(text)?.[1];
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
  const unicode = /^\\u([0-9a-fA-F]{4})$/.exec(text)?.[1];
  if (unicode !== undefined) return String.fromCharCode(parseInt(unicode, 16));
  return simpleEscapes.get(text) ?? text;
}

/**
 * The delimiters of LazySimpleSerDe if none or an empty text is given. Source: Hive 3.1.3, LazySerDeParameters.getByte.
 */
const textDelimiters = {
  'field.delim': '\u0001',
  'colelction.delim': '\u0002',
  'collection.delim': '\u0002',
  'mapkey.delim': '\u0003',
} as const;

const csvCharacters = { separatorChar: ',', quoteChar: '"', escapeChar: '\\' } as const;

/** Parameters as their reader takes them: with its defaults, and without what stands for them. */
export function effectiveParameters(parameters: Parameters, reader: Reader | null): Parameters {
  const lines = Object.entries(parameters).filter(([name, value]) => !isNothing(name, value));
  const given = Object.fromEntries(lines);
  if (reader === 'csv') {
    const characters = Object.entries(csvCharacters).map(([name, otherwise]) => [
      name,
      unescapeCharacter(given[name] ?? otherwise),
    ]);
    return { ...given, ...(Object.fromEntries(characters) as Parameters) };
  }
  if (reader !== 'text') return given;
  const { 'serialization.format': format, 'escape.delim': escape, ...rest } = given;
  const delimiters = Object.entries(textDelimiters).map(([name, otherwise]) => {
    const text = name === 'field.delim' ? (rest[name] ?? format) : rest[name];
    return [name, text === undefined || text === '' ? otherwise : unescapeDelimiter(text)];
  });
  return {
    'serialization.null.format': '\\N',
    ...rest,
    ...(Object.fromEntries(delimiters) as Parameters),
    ...(escape !== undefined && { 'escape.delim': escapeOf(escape) }),
  };
}

/** The escape character of LazySimpleSerDe. */
export function escapeOf(text: string): string {
  return text === '' ? '\\' : unescapeDelimiter(text);
}

function isNothing(name: string, value: string): boolean {
  return /^skip\.(header|footer)\.line\.count$/.test(name) && /^\s*0*\s*$/.test(value);
}
