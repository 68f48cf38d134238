import { printable } from '../../core/diagnostic.js';

/** Characters that fit into every column of a table, and into every line. */
const longest = { cell: 14, line: 70 };
/** Invisible, of no width, and a place where a line may end. */
const breakable = '\u200b';

/** Every character visible: what moves text around, and what no font has, is shown by its number (`\u{4e2d}`). */
export function visibleText(text: string, covers: (codePoint: number) => boolean): string {
  return printable(text).replace(/[^\x20-\x7e]/gu, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return covers(codePoint) ? character : `\\u{${codePoint.toString(16)}}`;
  });
}

/**
 * Lets words that do not fit end a line after a separator, or else anywhere. Others stay as they are, so that commands and
 * hashes can be copied from the document.
 */
export function breakLongWords(text: string, place: keyof typeof longest): string {
  return text.replace(new RegExp(String.raw`[^\s]{${longest[place] + 1},}`, 'gu'), (word) =>
    word.replace(/[^\s]{1,12}?[_./:,=-]+|[^\s]{12}/gu, (piece) => piece + breakable),
  );
}
