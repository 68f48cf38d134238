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

type Part = 'year' | 'shortYear' | 'month' | 'monthName' | 'day' | 'dayOfYear' | 'hour' | 'half' | 'time' | 'other';

interface Letters {
  readonly part: Part;
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
  const parts: { readonly part: Part; readonly isNumber: boolean }[] = [];
  let [text, expression] = ['', ''];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (!/^[A-Za-z]/.test(token)) {
      if (token === "'") return fail('has a quote without its pair');
      if (token.startsWith("'")) {
        text += token;
        expression += escape(token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'"));
        continue;
      }
      const special = /[[\]{}#]/.exec(token)?.[0];
      if (special !== undefined) return fail(`contains '${special}', which Trino 476 reads as text`);
      text += token;
      expression += escape(token);
      continue;
    }
    const letters = lettersOf(token);
    if (letters === undefined) return fail(`contains '${token}', which Trino does not read as Athena does`);
    // SimpleDateFormat takes u for the number of the weekday, and has no standalone months.
    text += token.replaceAll('u', 'y').replaceAll('L', 'M');
    expression += `(${letters.matches})`;
    parts.push({ part: letters.part, isNumber: letters.matches.startsWith('\\d') });
  }
  const has = (...some: readonly Part[]): boolean => parts.some(({ part }) => some.includes(part));
  const hasMonth = has('month', 'monthName');
  const refusal = refusalOf(has, hasMonth, pattern);
  if (refusal !== null) return fail(refusal);
  const precision = has('hour', 'time') ? 'time' : has('day', 'dayOfYear') ? 'day' : hasMonth ? 'month' : 'year';
  const whole = new RegExp(`^${expression}$`);
  return ok({
    text,
    precision,
    parse: (value) => {
      const match = whole.exec(value);
      return match === null
        ? undefined
        : momentOf(
            parts.map(({ part }) => part),
            match.slice(1),
            pattern,
          );
    },
  });
}

function refusalOf(has: (...some: readonly Part[]) => boolean, hasMonth: boolean, pattern: string): string | null {
  if (!has('year', 'shortYear')) return 'has no year';
  if (has('dayOfYear') && (hasMonth || has('day'))) return 'has the day of the year (D) beside a month or day (d)';
  if (has('day') && !hasMonth) return 'has a day but no month (M)';
  if (has('hour', 'time') && !has('day', 'dayOfYear')) return 'has a time but no day (d)';
  if (/[hK]/.test(pattern.replace(/'[^']*'/g, '')) && !has('half'))
    return 'has hours up to 12 (h) without AM or PM (a)';
  return null;
}

function lettersOf(token: string): Letters | undefined {
  const [letter, count] = [token.charAt(0), token.length];
  const number = count === 1 ? '\\d{1,2}' : count === 2 ? '\\d{2}' : undefined;
  const numberOf = (part: Part): Letters | undefined => (number === undefined ? undefined : { part, matches: number });
  switch (letter) {
    case 'y':
    case 'u':
      if (count === 2) return { part: 'shortYear', matches: '\\d{2}' };
      return { part: 'year', matches: count < 4 ? '\\d{4}' : `\\d{${count}}` };
    case 'M':
    case 'L':
      if (count <= 2) return numberOf('month');
      if (count > 4) return undefined;
      return { part: 'monthName', matches: months.map((name) => (count === 3 ? name.slice(0, 3) : name)).join('|') };
    case 'd':
      return numberOf('day');
    case 'D':
      return count === 2 || count > 3 ? undefined : { part: 'dayOfYear', matches: count === 1 ? '\\d{1,3}' : '\\d{3}' };
    case 'H':
    case 'k':
    case 'h':
    case 'K':
      return numberOf('hour');
    case 'm':
    case 's':
      return numberOf('time');
    case 'S':
      return count === 3 ? { part: 'time', matches: '\\d{3}' } : undefined;
    case 'a':
      return count === 1 ? { part: 'half', matches: 'AM|PM' } : undefined;
    case 'E':
      if (count > 4) return undefined;
      return { part: 'other', matches: weekdays.map((name) => (count < 4 ? name.slice(0, 3) : name)).join('|') };
    default:
      return undefined;
  }
}

/** Times matter little for what is compared: hours, minutes and seconds count in their order. */
function momentOf(parts: readonly Part[], values: readonly string[], pattern: string): number | undefined {
  const of = (...some: readonly Part[]): string | undefined => values[parts.findIndex((part) => some.includes(part))];
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
  const times = parts.flatMap((part, index) => (part === 'time' ? [Number(values[index])] : []));
  const [minutes = 0, seconds = 0, millis = 0] = times;
  if (hour > 24 || minutes > 59 || seconds > 59) return undefined;
  const hours = /[hK]/.test(pattern) ? (hour % 12) + half : hour % 24;
  return date + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
