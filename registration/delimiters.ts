import { literal } from './sql.js';

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

/** A literal whose control characters can be read and printed: `U&'\0009'`. */
export function printableLiteral(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (!/[\u0000-\u001f\u007f]/.test(text)) return literal(text);
  const escaped = Array.from(text, (character) =>
    /^[A-Za-z0-9 ._:;,/|-]$/.test(character)
      ? character
      : Array.from({ length: character.length }, (_, at) => escape(character.charCodeAt(at))).join(''),
  );
  return `U&'${escaped.join('')}'`;
}

function escape(code: number): string {
  return `\\${code.toString(16).padStart(4, '0')}`;
}

interface Character {
  /** As Glue names it. */
  readonly name: string;
  /** Unescaped; `undefined` where Glue does not say. */
  readonly text: string | undefined;
  /** What the reader takes then; `null` for none. */
  readonly otherwise: string | null;
}

/**
 * Why Trino cannot have these characters beside one another; `null` when it can. A metastore on PostgreSQL cannot store
 * character 0. Seen with Trino 476 and Hive Metastore 3.1.3.
 */
export function characterRefusal(
  characters: readonly Character[],
  { isAscii }: { readonly isAscii: boolean },
): string | null {
  const seen = new Map<string, string>();
  for (const { name, text, otherwise } of characters) {
    if (text !== undefined) {
      const problem = problemOf(text, isAscii);
      if (problem !== null) return `its SerDe's ${name} is '${text}'; ${problem}`;
    }
    const effective = text ?? otherwise;
    if (effective === null) continue;
    const other = seen.get(effective);
    if (other !== undefined)
      return `its SerDe's ${other} and ${name} are both '${effective}'; Trino needs different characters`;
    seen.set(effective, name);
  }
  return null;
}

function problemOf(text: string, isAscii: boolean): string | null {
  if (text.length !== 1) return 'Trino allows one character';
  if (text === '\0') return 'Hive Metastore cannot store character 0';
  if (text === '\n' || text === '\r') return 'Trino ends rows at line breaks';
  return isAscii && text.charCodeAt(0) > 126 ? 'Trino allows ASCII characters only' : null;
}
