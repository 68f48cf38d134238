import { fail, ok } from './result.js';
import type { Result } from './result.js';

/**
 * A pattern of `projection.<key>.format`. Athena reads it by Java's DateTimeFormatter, Trino 476 by SimpleDateFormat and
 * Trino 483 by DateTimeFormatter: only what means the same in all of them is accepted.
 */
export interface DatePattern {
  /** As Trino is given it. */
  readonly text: string;
  readonly precision: 'year' | 'month' | 'day' | 'time';
  /** Milliseconds since 1970, UTC; `undefined` for a text that is not such a date. */
  readonly parse: (text: string) => number | undefined;
}

type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'dayOfYear'
  | 'hour'
  | 'half'
  | 'minute'
  | 'second'
  | 'milli'
  | 'other';

/** The kind of text at an end of a token: digits, and whether the pattern fixes their number. */
type Edge = 'number' | 'openNumber' | 'text';

interface Letters {
  readonly part: Part;
  readonly edge: Edge;
  /** Regular expression of what it matches. */
  readonly matches: string;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Reads a pattern, or says, as a predicate, what Trino reads otherwise. Source: Java 8 and 24, java.time and java.text. */
export function readDatePattern(pattern: string): Result<DatePattern, string> {
  const parts: Part[] = [];
  let [text, expression] = ['', ''];
  let previous: { readonly token: string; readonly edge: Edge } = { token: '', edge: 'text' };
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (!/^[A-Za-z]/.test(token)) {
      if (token === "'") return fail('has a quote without its pair');
      const isQuoted = token.startsWith("'");
      const literal = !isQuoted ? token : token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
      const special = isQuoted ? undefined : /[[\]{}#]/.exec(token)?.[0];
      if (special !== undefined) return fail(`contains '${special}', which Trino 476 reads as text`);
      if (previous.edge === 'openNumber' && /^\d/.test(literal)) return fail(unclear(previous.token));
      text += token;
      expression += escape(literal);
      previous = { token, edge: /\d$/.test(literal) ? 'number' : 'text' };
      continue;
    }
    const letters = lettersOf(token);
    if (letters === undefined) return fail(`contains '${token}', which Trino does not read as Athena does`);
    const isBesideNumber = letters.edge !== 'text' && previous.edge !== 'text';
    if (isBesideNumber && previous.edge === 'openNumber') return fail(unclear(previous.token));
    if (isBesideNumber && letters.edge === 'openNumber') return fail(unclear(token));
    // SimpleDateFormat takes u for the number of the weekday, and has no standalone months.
    const written = token.replaceAll('u', 'y').replaceAll('L', 'M');
    if (text.endsWith(written.charAt(0))) return fail(`contains '${previous.token}${token}', which Trino reads as one`);
    text += written;
    expression += `(${letters.matches})`;
    parts.push(letters.part);
    previous = { token, edge: letters.edge };
  }
  const has = (...some: readonly Part[]): boolean => parts.some((part) => some.includes(part));
  const hasMonth = has('month', 'monthName');
  const refusal = refusalOf(has, hasMonth, pattern);
  if (refusal !== null) return fail(refusal);
  const precision = has('hour', 'minute', 'second', 'milli')
    ? 'time'
    : has('day', 'dayOfYear')
      ? 'day'
      : hasMonth
        ? 'month'
        : 'year';
  const whole = new RegExp(`^${expression}$`);
  return ok({
    text,
    precision,
    parse: (value) => {
      const match = whole.exec(value);
      return match === null ? undefined : momentOf(parts, match.slice(1), pattern);
    },
  });
}

/** DateTimeFormatter reads all digits that follow, SimpleDateFormat as many as there are letters. */
function unclear(token: string): string {
  return `has '${token}' beside another number, so that nothing says where it ends`;
}

function refusalOf(has: (...some: readonly Part[]) => boolean, hasMonth: boolean, pattern: string): string | null {
  if (!has('year', 'shortYear')) return 'has no year';
  if (has('dayOfYear') && (hasMonth || has('day'))) return 'has the day of the year (D) beside a month or day (d)';
  if (has('day') && !hasMonth) return 'has a day but no month (M)';
  if (has('hour', 'minute', 'second', 'milli') && !has('day', 'dayOfYear')) return 'has a time but no day (d)';
  if (/[hK]/.test(pattern.replace(/'[^']*'/g, '')) && !has('half'))
    return 'has hours up to 12 (h) without AM or PM (a)';
  return null;
}

function lettersOf(token: string): Letters | undefined {
  const [letter, count] = [token.charAt(0), token.length];
  const number = (part: Part): Letters | undefined =>
    count > 2 ? undefined : { part, ...(count === 1 ? openNumber('\\d{1,2}') : fixedNumber('\\d{2}')) };
  switch (letter) {
    case 'y':
    case 'u':
      if (count === 2) return { part: 'shortYear', ...fixedNumber('\\d{2}') };
      return { part: 'year', ...(count < 4 ? openNumber('\\d{4}') : fixedNumber(`\\d{${count}}`)) };
    case 'M':
    case 'L':
      if (count <= 2) return number('month');
      return count > 4 ? undefined : { part: 'monthName', ...names(months, count === 3) };
    case 'd':
      return number('day');
    case 'D':
      if (count === 2 || count > 3) return undefined;
      return { part: 'dayOfYear', ...(count === 1 ? openNumber('\\d{1,3}') : fixedNumber('\\d{3}')) };
    case 'H':
    case 'k':
    case 'h':
    case 'K':
      return number('hour');
    case 'm':
      return number('minute');
    case 's':
      return number('second');
    case 'S':
      return count === 3 ? { part: 'milli', ...fixedNumber('\\d{3}') } : undefined;
    case 'a':
      return count === 1 ? { part: 'half', matches: 'AM|PM', edge: 'text' } : undefined;
    case 'E':
      return count > 4 ? undefined : { part: 'other', ...names(weekdays, count < 4) };
    default:
      return undefined;
  }
}

type Matches = Omit<Letters, 'part'>;

function fixedNumber(matches: string): Matches {
  return { matches, edge: 'number' };
}

/** No number is beside it, so that a text matches in one way only. */
function openNumber(matches: string): Matches {
  return { matches, edge: 'openNumber' };
}

function names(all: readonly string[], isShort: boolean): Matches {
  return { matches: all.map((name) => (isShort ? name.slice(0, 3) : name)).join('|'), edge: 'text' };
}

/** Of a part that is named twice both values must be the same. */
function momentOf(parts: readonly Part[], values: readonly string[], pattern: string): number | undefined {
  const of = (wanted: Part): string | undefined => values[parts.indexOf(wanted)];
  const isTold = (part: Part, value = ''): boolean => part === 'hour' || plain(of(part) ?? '') === plain(value);
  if (!parts.every((part, index) => isTold(part, values[index]))) return undefined;
  const year = of('year') ?? `20${of('shortYear') ?? ''}`;
  const name = of('monthName')?.slice(0, 3);
  const month = name === undefined ? Number(of('month') ?? 1) : months.findIndex((each) => each.startsWith(name)) + 1;
  const [day, dayOfYear] = [Number(of('day') ?? 1), of('dayOfYear')];
  const date =
    dayOfYear === undefined ? Date.UTC(Number(year), month - 1, day) : Date.UTC(Number(year), 0, Number(dayOfYear));
  const read = new Date(date);
  const isDate =
    dayOfYear === undefined
      ? read.getUTCMonth() === month - 1 && read.getUTCDate() === day
      : Number(dayOfYear) > 0 && read.getUTCFullYear() === Number(year);
  if (!isDate) return undefined;
  const half = of('half') === 'PM' ? 12 : 0;
  const hour = Number(of('hour') ?? 0);
  const [minutes, seconds] = [Number(of('minute') ?? 0), Number(of('second') ?? 0)];
  if (hour > 24 || minutes > 59 || seconds > 59) return undefined;
  const hours = /[hK]/.test(pattern) ? (hour % 12) + half : hour % 24;
  return date + ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number(of('milli') ?? 0);
}

/** `1` of `01`, `Jan` of `January`. */
function plain(value: string): string {
  return /^\d/.test(value) ? String(Number(value)) : value.slice(0, 3);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
