import { literal } from '../core/sql-text.js';

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
  /** The delimiter that the reader takes then; `null` for none. */
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
