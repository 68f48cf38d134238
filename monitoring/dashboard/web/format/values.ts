import { printable } from '../../../../core/diagnostic.js';
import { statusWords } from '../../../../state/job-words.js';

/** Numbers, sizes and times as the reader writes them; `locale` is the browser's where it is not given. */
export interface Formats {
  readonly number: (value: number) => string;
  /** A share from 0 to 1. */
  readonly percent: (share: number) => string;
  readonly bytes: (value: number | null) => string;
  readonly rate: (bytesPerSecond: number | null) => string;
  readonly seconds: (value: number | null) => string;
  readonly time: (iso: string | null) => string;
  readonly day: (iso: string | null) => string;
}

export const unknown = 'unknown';

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const spans = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

export function formatsFor(locale?: string): Formats {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const units = new Map<string, Intl.NumberFormat>();
  const unit = (value: number, name: string, unitDisplay: 'short' | 'narrow' | 'long' = 'short'): string => {
    const maximumFractionDigits = value < 10 ? 1 : 0;
    const key = `${name} ${unitDisplay} ${maximumFractionDigits}`;
    // Making one takes longer than many uses of it.
    const format =
      units.get(key) ??
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits });
    units.set(key, format);
    return format.format(value);
  };
  const size = (value: number): string => {
    const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
    // The short form of English is `byte` for any number.
    return step === 0 ? unit(value, 'byte', 'long') : unit(value / 1000 ** step, sizes[step] ?? 'byte');
  };
  return {
    number: (value) => plain.format(value),
    percent: (value) => share.format(value),
    bytes: (value) => (value === null ? unknown : size(value)),
    rate: (value) => (value === null ? unknown : `${size(value)}/s`),
    seconds: (value) => (value === null ? unknown : span(value, (count, name) => unit(count, name, 'narrow'))),
    time: (iso) => (iso === null ? unknown : time.format(new Date(iso))),
    day: (iso) => (iso === null ? unknown : day.format(new Date(iso))),
  };
}

/** The two largest units, such as `2h 5m`. */
function span(value: number, unit: (value: number, name: string) => string): string {
  if (value < 59.5) return unit(Math.round(value * 10) / 10, 'second');
  // Rounded to the smaller of both units first, so that there are never 60 of it.
  const smaller = value < 3570 ? 1 : value < 84_600 ? 60 : 3600;
  const rounded = Math.round(value / smaller) * smaller;
  const at = spans.findIndex(([, length]) => rounded >= length);
  const [name, length] = spans[at] ?? ['second', 1];
  const whole = Math.floor(rounded / length);
  const [nextName, nextLength] = spans[at + 1] ?? ['second', 1];
  const rest = Math.round((rounded - whole * length) / nextLength);
  return rest === 0 ? unit(whole, name) : `${unit(whole, name)} ${unit(rest, nextName)}`;
}

/** `NEEDS_CONVERSION` as people read it: `needs conversion`; `COMPLETED` is `done`, as in the commands. */
export function words(code: string): string {
  return code === 'COMPLETED' ? statusWords.COMPLETED : code.toLowerCase().replaceAll('_', ' ');
}

/** As `printable`, but lines stay lines, for text that is shown as it was written. */
export function printableLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}
