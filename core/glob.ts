import { fail, ok } from './result.js';
import type { Result } from './result.js';

export type TextTest = (text: string) => boolean;

/** Tests whether a text matches any of the globs, ignoring case. Globs must be valid: see `parseGlob`. */
export function compileGlobs(globs: readonly string[]): TextTest {
  const literals = new Set(globs.filter(isLiteral).map((glob) => glob.toLowerCase()));
  const patterns = globs.filter((glob) => !isLiteral(glob)).flatMap(alternativesOf);
  return (text) => {
    const folded = text.toLowerCase();
    return literals.has(folded) || patterns.some((pattern) => matches(pattern, folded));
  };
}

export function isLiteral(glob: string): boolean {
  return !/[*?[\]{}]/.test(glob);
}

/** The globs of a comma-separated list, without the spaces around them. A comma in braces or brackets belongs to its glob. */
export function splitGlobs(list: string): readonly string[] {
  const parts = [...list.matchAll(/(?:\{[^}]*\}|\[!?\]?[^\]]*\]|[^,])+|(?<=,|^)(?=,|$)/g)];
  return parts.map(([part]) => part.trim());
}

interface Range {
  readonly from: string;
  readonly to: string;
}

type Token = 'any text' | 'any character' | { readonly ranges: readonly Range[]; readonly negated: boolean };

const maxAlternatives = 256;

/**
 * `*` matches any text, `?` any character, `[a-z]` one of these characters, `[!a-z]` any other, `{a,b}` one of these texts.
 * Everything else, even slash and backslash, matches itself: catalog names are not paths. Fails with what is wrong.
 */
export function parseGlob(glob: string): Result<readonly (readonly Token[])[], string> {
  const texts = expandBraces(glob);
  if (!texts.ok) return texts;
  const patterns: (readonly Token[])[] = [];
  for (const text of texts.value) {
    const tokens = tokensOf(text.toLowerCase());
    if (!tokens.ok) return tokens;
    patterns.push(tokens.value);
  }
  return ok(patterns);
}

/**
 * A Java regular expression for the lower-case texts that any of the globs matches; it must match the complete text. Names
 * of catalogs, schemas, tables and columns are lower case in Trino. `never`: a character that no wildcard matches.
 */
export function globsToRegex(globs: readonly string[], { never = '' } = {}): string {
  const toRegex = (token: Token): string => tokenToRegex(token, never);
  const patterns = new Set(globs.flatMap(alternativesOf).map((tokens) => tokens.map(toRegex).join('')));
  // `(?s)`: a name may contain a line break.
  return `(?s)${[...patterns].join('|')}`;
}

function tokenToRegex(token: Token, never: string): string {
  const any = never === '' ? '.' : `[^${escaped(never)}]`;
  if (token === 'any text') return `${any}*`;
  if (token === 'any character') return any;
  const ranges = token.ranges.map(({ from, to }) => (from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`));
  const [only, ...more] = token.ranges;
  const isOneCharacter = !token.negated && more.length === 0 && only?.from === only?.to;
  if (isOneCharacter) return ranges.join('');
  return token.negated ? `[^${ranges.join('')}${never === '' ? '' : escaped(never)}]` : `[${ranges.join('')}]`;
}

/** A backslash escapes any character that is not a letter or digit. */
function escaped(character: string): string {
  return /[\p{L}\p{N}_]/u.test(character) ? character : `\\${character}`;
}

function alternativesOf(glob: string): readonly (readonly Token[])[] {
  const parsed = parseGlob(glob);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function expandBraces(glob: string): Result<readonly string[], string> {
  let texts = [''];
  for (const [part] of glob.matchAll(/\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (part === '{' || part === '}') return fail(`'${glob}' has an unmatched or nested brace`);
    const choices = part.startsWith('{') ? part.slice(1, -1).split(',') : [part];
    texts = texts.flatMap((text) => choices.map((choice) => text + choice));
    if (texts.length > maxAlternatives) return fail(`'${glob}' expands to more than ${maxAlternatives} patterns`);
  }
  return ok(texts);
}

function tokensOf(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = [];
  for (const [part] of text.matchAll(/\[!?\]?[^\]]*\]|[\s\S]/gu)) {
    if (part === '*') tokens.push('any text');
    else if (part === '?') tokens.push('any character');
    else if (part === '[') return fail(`'${text}' has a [ without a ]`);
    else if (part.startsWith('[')) {
      const ranges = rangesOf(part.replace(/^\[!?|\]$/g, ''));
      if (ranges === undefined) return fail(`'${part}' is empty or has a reversed range`);
      tokens.push({ ranges, negated: part.startsWith('[!') });
    } else tokens.push({ ranges: [{ from: part, to: part }], negated: false });
  }
  return ok(tokens);
}

function rangesOf(characters: string): readonly Range[] | undefined {
  const ranges = [...characters.matchAll(/([\s\S])-([\s\S])|([\s\S])/gu)].map(([, from, to, one = '']) => ({
    from: from ?? one,
    to: to ?? one,
  }));
  return ranges.length === 0 || ranges.some(({ from, to }) => from > to) ? undefined : ranges;
}

/** Backtracks to the last `*` only, so that no name makes it slow. */
function matches(pattern: readonly Token[], text: string): boolean {
  const characters = Array.from(text);
  let at = 0;
  let token = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const wanted = pattern[token];
    if (wanted === 'any text') {
      star = token;
      resume = at;
      token += 1;
    } else if (wanted !== undefined && holds(wanted, characters[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      token = star + 1;
    } else return false;
  }
  while (pattern[token] === 'any text') token += 1;
  return token === pattern.length;
}

function holds(token: Exclude<Token, 'any text'>, character: string): boolean {
  if (token === 'any character') return true;
  return token.ranges.some(({ from, to }) => from <= character && character <= to) !== token.negated;
}
