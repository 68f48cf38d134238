import { readDatePattern } from './date-pattern.js';
import type { DatePattern } from './date-pattern.js';
import {
  broken,
  largestInteger,
  notPositive,
  positiveInteger,
  projected,
  rangeOf,
  remark,
  textType,
  unsupported,
} from './projected-key.js';
import type { KeyProjection, ProjectedKey, ProjectionRemark, Refused } from './projected-key.js';

/** A key of the projection type `date`. */
export function projectDates(key: ProjectedKey): KeyProjection {
  const format = key.parameter('format');
  if (format === undefined) return broken(`has no parameter projection.${key.name}.format`);
  const pattern = readDatePattern(format);
  if (!pattern.ok)
    return unsupported(`has the format '${format}', which ${pattern.error}`, textType(key) !== undefined);
  const isDate = key.type.kind === 'primitive' && key.type.name === 'date';
  const type = isDate ? 'DATE' : textType(key);
  if (type === undefined)
    return unsupported(`is projected by date and has the type ${key.typeText}, which Trino does not project by date`);
  if (type === 'DATE' && pattern.value.text !== 'yyyy-MM-dd') {
    return broken(
      `has the type date and the format '${format}'; Trino reads dates from folders only as yyyy-MM-dd (give the key the type string in Glue)`,
    );
  }
  const bounds = boundsOf(key, pattern.value);
  if ('kind' in bounds) return bounds;
  const steps = stepsOf(key, pattern.value);
  if ('kind' in steps) return steps;
  if ((pattern.value.precision === 'month' || pattern.value.precision === 'year') && key.trinoVersion !== '476') {
    return unsupported(
      `has the format '${format}' without a day, which Trino ${key.trinoVersion} does not project (target.versions.trino: '476' does)`,
    );
  }
  if (bounds.only !== undefined) {
    if (type === 'DATE') return unsupported(`has a range of one day, ${bounds.only}, which Trino does not project`);
    return projected(key, type, { type: 'ENUM', values: [bounds.only] }, [
      remark(
        key,
        'range',
        `its only value ${bounds.only} is projected as an enum: Trino refuses such a range of dates`,
      ),
    ]);
  }
  return projected(
    key,
    type,
    {
      type: 'DATE',
      format: pattern.value.text,
      range: bounds.range,
      interval: steps.interval,
      interval_unit: steps.unit,
    },
    [...bounds.remarks, ...steps.remarks],
  );
}

interface Bounds {
  readonly range: readonly string[];
  readonly remarks: readonly ProjectionRemark[];
  /** The value of a range that has only one. */
  readonly only?: string;
}

const now = /^now(?:\s*([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?$/i;

/** Of what Trino counts in days. A year has 365.25 of them. */
const daysOf: ReadonlyMap<string, number> = new Map([
  ['YEAR', 365.25],
  ['MONTH', 365.25 / 12],
  ['WEEK', 7],
]);
const secondsOf: ReadonlyMap<string, number> = new Map([
  ['DAY', 86_400],
  ['HOUR', 3_600],
  ['MINUTE', 60],
  ['SECOND', 1],
]);

interface Bound {
  readonly text: string;
  /** Seconds from now, or milliseconds since 1970. */
  readonly at: number;
  readonly isRelative: boolean;
  /** Whether it stands for as many days as a month or year has on average. */
  readonly isRounded: boolean;
}

function boundsOf(key: ProjectedKey, pattern: DatePattern): Bounds | Refused {
  const given = key.parameter('range') ?? '';
  const [left, right, ...more] = (rangeOf(key) ?? []).map((text) => boundOf(text, pattern));
  if (left === undefined || right === undefined || more.length > 0) {
    return broken(
      `has the range '${given}'; it needs two dates that match its format '${key.parameter('format') ?? ''}', or NOW with a distance such as NOW-3YEARS`,
    );
  }
  const range = [left.text, right.text];
  if (left.isRelative === right.isRelative) {
    if (left.at > right.at) return broken(`has the range '${given}', which ends before it begins`);
    if (left.at === right.at && left.isRelative) {
      return unsupported(`has the range '${given}' of one moment, which Trino does not project`);
    }
    if (left.at === right.at) return { range, remarks: [], only: left.text };
  }
  const rounded = left.isRounded || right.isRounded;
  return {
    range,
    remarks: rounded
      ? [
          remark(
            key,
            'range',
            `'${given}' is written as '${range.join(',')}', since Trino counts in days: its ends may differ by some days`,
          ),
        ]
      : [],
  };
}

function boundOf(text: string, pattern: DatePattern): Bound | undefined {
  const relative = now.exec(text);
  if (relative === null) {
    const at = pattern.parse(text);
    return at === undefined ? undefined : { text, at, isRelative: false, isRounded: false };
  }
  const [, sign, count, word = ''] = relative;
  if (sign === undefined || count === undefined) return { text: 'NOW', at: 0, isRelative: true, isRounded: false };
  const unit = word.toUpperCase();
  const days = daysOf.get(unit);
  const amount = Math.floor(Number(count) * (days ?? 1));
  if (amount > largestInteger) return undefined;
  const seconds = amount * (secondsOf.get(days === undefined ? unit : 'DAY') ?? 1);
  return {
    text: `NOW${sign}${amount}${days === undefined ? unit : 'DAY'}S`,
    at: sign === '-' ? -seconds : seconds,
    isRelative: true,
    isRounded: days !== undefined && unit !== 'WEEK',
  };
}

interface Steps {
  readonly interval: number | undefined;
  readonly unit: string;
  readonly remarks: readonly ProjectionRemark[];
}

/**
 * Trino steps by days at most. A value that several days have is projected once, so that steps of a day reach each month
 * and each year.
 */
function stepsOf(key: ProjectedKey, { precision }: DatePattern): Steps | Refused {
  const interval = positiveInteger(key, 'interval');
  if (interval === 'wrong') return notPositive(key, 'interval');
  const unit = key.parameter('interval.unit')?.toUpperCase() ?? defaultUnits[precision];
  switch (unit) {
    case undefined:
      return broken(
        `has the format '${key.parameter('format') ?? ''}' with a time, but no parameter projection.${key.name}.interval.unit`,
      );
    case 'DAYS':
    case 'HOURS':
    case 'MINUTES':
    case 'SECONDS':
      return { interval, unit, remarks: [] };
    case 'WEEKS':
      return (interval ?? 1) * 7 > largestInteger
        ? notPositive(key, 'interval')
        : { interval: (interval ?? 1) * 7, unit: 'DAYS', remarks: [] };
    case 'MONTHS':
    case 'YEARS': {
      const isEach = (interval ?? 1) === 1 && unit === (precision === 'year' ? 'YEARS' : 'MONTHS');
      const every = isEach && (precision === 'year' || precision === 'month') ? precision : undefined;
      const text =
        every === undefined
          ? `'${key.name}' is projected by days, since Trino does not step by ${unit.toLowerCase()}: folders between the steps, if there are any, are read too`
          : `'${key.name}' is projected by days, since Trino does not step by ${unit.toLowerCase()}: each ${every} comes once`;
      return { interval: undefined, unit: 'DAYS', remarks: [remark(key, 'interval.unit', text)] };
    }
    default:
      return unsupported(
        `is projected by ${unit.toLowerCase()}; Trino projects dates by days, hours, minutes and seconds`,
      );
  }
}

const defaultUnits = { year: 'YEARS', month: 'MONTHS', day: 'DAYS', time: undefined } as const;
