import type { HiveType } from './hive-type.js';
import { readDatePattern } from './date-pattern.js';
import type { DatePattern } from './date-pattern.js';

/** A partition key of a table with Athena's partition projection. */
export interface ProjectedKey {
  /** Lower case. */
  readonly name: string;
  readonly type: HiveType;
  /** As Glue writes it. */
  readonly typeText: string;
  /** Of `projection.<key>.<name>`, without blanks around it. */
  readonly parameter: (name: string) => string | undefined;
  /** The target's version of Trino, such as `476`. */
  readonly trinoVersion: string;
  /** Whether the folder of a value is not called after the key: `storage.location.template`. */
  readonly hasTemplate: boolean;
}

/** A number, a text, or a list of texts. */
export type ProjectionValue = number | string | readonly string[];

/** What a person should know about a projection: see `Remark` of the registration. */
export interface ProjectionRemark {
  readonly text: string;
  readonly source: string;
  readonly fix: string | null;
}

export type KeyProjection =
  | {
      readonly kind: 'projected';
      /** The Trino type that the key must have; `null` for its own. */
      readonly trino: string | null;
      /** Without the prefix `partition_projection_`. */
      readonly properties: Readonly<Record<string, ProjectionValue | undefined>>;
      readonly remarks: readonly ProjectionRemark[];
    }
  /**
   * `reason` is a clause whose subject is the key. `isReadable`: Trino could read the values from the names of folders
   * instead.
   */
  | { readonly kind: 'refused'; readonly reason: string; readonly isReadable: boolean };

/**
 * Athena's parameters of one partition key as properties of its column in Trino.
 * Source: Athena user guide, 'Supported types for partition projection'; Trino 476, io.trino.plugin.hive.projection. Seen
 * with Trino 476.
 */
export function projectKey(key: ProjectedKey): KeyProjection {
  const type = key.parameter('type')?.toLowerCase();
  switch (type) {
    case 'enum':
      return projectValues(key);
    case 'integer':
      return projectIntegers(key);
    case 'date':
      return projectDates(key);
    case 'injected':
      return projectInjected(key);
    case undefined:
      return broken(
        `has no parameter projection.${key.name}.type, without which Athena does not read the table either`,
      );
    default:
      return broken(`has the projection type '${type}'; Athena knows enum, integer, date and injected`);
  }
}

const largestInteger = 2_147_483_647;

/** Trino takes text only. Character strings of fixed length are compared as text. */
function textType({ type }: ProjectedKey): string | undefined {
  if (type.kind === 'varchar' || type.kind === 'char') return `VARCHAR(${type.length})`;
  return type.kind === 'primitive' && ['string', 'varchar', 'json'].includes(type.name) ? 'VARCHAR' : undefined;
}

/** Trino takes INTEGER and BIGINT only; smaller numbers fit in. */
function integerType({ type }: ProjectedKey): string | undefined {
  if (type.kind !== 'primitive') return undefined;
  if (type.name === 'bigint' || type.name === 'long') return 'BIGINT';
  return ['tinyint', 'byte', 'smallint', 'short', 'int', 'integer'].includes(type.name) ? 'INTEGER' : undefined;
}

function projectValues(key: ProjectedKey): KeyProjection {
  const text = key.parameter('values') ?? '';
  const values = text.split(',');
  if (text === '') return broken(`has no parameter projection.${key.name}.values`);
  // Trino drops the blanks around a value, and empty ones.
  const kept = [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))];
  const remarks =
    values.length === kept.length && values.every((value, index) => value === kept[index])
      ? []
      : [changedValues(key, text)];
  const special = key.hasTemplate ? kept.find((value) => /[$\\]/.test(value)) : undefined;
  if (special !== undefined) {
    return unsupported(
      `has the value '${special}' in projection.${key.name}.values; Trino cannot put '$' and '\\' into storage.location.template`,
    );
  }
  if (textType(key) === undefined) return projectNumbers(key, kept, remarks);
  const { type } = key;
  const long = 'length' in type ? kept.find((value) => Array.from(value).length > type.length) : undefined;
  if (long !== undefined)
    return broken(`has the value '${long}', which is longer than its type ${key.typeText} allows`);
  return projected(key, textType(key), { type: 'ENUM', values: kept }, remarks);
}

function changedValues(key: ProjectedKey, text: string): ProjectionRemark {
  return {
    ...remark(
      key,
      'values',
      `Trino drops the blanks around the values of '${text}', which Athena takes for a part of them, and empty values`,
    ),
    fix: 'Check that no folder has a blank at the beginning or end of its name.',
  };
}

/** Values of a numeric key, as an INTEGER projection: Trino's ENUM is for text. */
function projectNumbers(
  key: ProjectedKey,
  values: readonly string[],
  remarks: readonly ProjectionRemark[],
): KeyProjection {
  const type = integerType(key);
  if (type === undefined)
    return unsupported(`is an enum of the type ${key.typeText}; Trino projects those of text only`);
  const numbers = [...new Set(values.map(Number))].sort((a, b) => a - b);
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? first;
  const step = Math.max(1, (numbers[1] ?? first + 1) - first);
  const width = values[0]?.length ?? 0;
  const isPlain = values.every((value) => /^(0|-?[1-9]\d{0,8})$/.test(value));
  const isPadded = values.every((value) => /^\d{1,9}$/.test(value) && value.length === width);
  const isEven = numbers.every((number, index) => number === first + index * step);
  if (!(isPlain || isPadded) || !isEven) {
    return unsupported(
      `is an enum of the type ${key.typeText} whose values are not evenly spaced; Trino projects such enums of text only`,
    );
  }
  return projected(
    key,
    type,
    {
      type: 'INTEGER',
      range: [String(first), String(last)],
      ...(step > 1 && { interval: step }),
      ...(!isPlain && { digits: width }),
    },
    [...remarks, remark(key, 'type', 'its values are projected as integers: Trino has enums of text only')],
  );
}

function projectIntegers(key: ProjectedKey): KeyProjection {
  const type = integerType(key) ?? textType(key);
  if (type === undefined) {
    return unsupported(`has the type ${key.typeText}; Trino projects integers only for integers and text`);
  }
  const range = rangeOf(key);
  if (range?.some((bound) => !/^[+-]?\d{1,19}$/.test(bound)) !== false) {
    return broken(`has the range '${key.parameter('range') ?? ''}'; it needs two integers`);
  }
  const [first = 0, last = 0] = range.map(Number);
  const interval = positiveInteger(key, 'interval');
  const digits = positiveInteger(key, 'digits');
  if (interval === 'wrong' || digits === 'wrong') return notPositive(key, interval === 'wrong' ? 'interval' : 'digits');
  if (Math.min(first, last) < -largestInteger || Math.max(first, last) + (interval ?? 1) > largestInteger) {
    return unsupported(`has the range '${range.join(',')}'; Trino projects integers up to ${largestInteger} only`);
  }
  const count = Math.floor((last - first) / (interval ?? 1)) + 1;
  return projected(
    key,
    type,
    { type: 'INTEGER', range: range, interval, digits },
    count > 1_000_000
      ? [
          {
            ...remark(key, 'range', `Trino counts through all ${count} values of '${key.name}' in each query`),
            fix: `Name '${key.name}' in each query, or narrow the range.`,
          },
        ]
      : [],
  );
}

function projectInjected(key: ProjectedKey): KeyProjection {
  if (key.type.kind === 'primitive' && ['float', 'timestamp'].includes(key.type.name)) {
    return unsupported(`is injected and has the type ${key.typeText}, whose values Trino writes otherwise`);
  }
  return projected(key, undefined, { type: 'INJECTED' }, [
    {
      text: `a query must give '${key.name}' a value in its WHERE clause, as in Athena`,
      source: `parameter projection.${key.name}.type`,
      fix: null,
    },
  ]);
}

function projectDates(key: ProjectedKey): KeyProjection {
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

function rangeOf(key: ProjectedKey): readonly string[] | undefined {
  const bounds = key
    .parameter('range')
    ?.split(',')
    .map((bound) => bound.trim());
  return bounds?.length === 2 ? bounds : undefined;
}

/** `undefined` where it is not given. Trino never ends a query over an interval of 0. */
function positiveInteger(key: ProjectedKey, name: string): number | 'wrong' | undefined {
  const text = key.parameter(name);
  if (text === undefined) return undefined;
  return /^\d{1,10}$/.test(text) && Number(text) > 0 && Number(text) <= largestInteger ? Number(text) : 'wrong';
}

function notPositive(key: ProjectedKey, name: string): Refused {
  return broken(
    `has the ${name} '${key.parameter(name) ?? ''}'; it must be a whole number from 1 to ${largestInteger}`,
  );
}

function projected(
  key: ProjectedKey,
  trino: string | undefined,
  properties: Readonly<Record<string, ProjectionValue | undefined>>,
  remarks: readonly ProjectionRemark[] = [],
): KeyProjection {
  const own = ownType(key);
  const isOther = trino !== undefined && trino !== own;
  return {
    kind: 'projected',
    trino: isOther ? trino : null,
    properties,
    remarks: [
      ...remarks,
      ...(isOther
        ? [
            {
              text: `'${key.name}' becomes ${trino} instead of ${own}, which Trino does not project`,
              source: `PartitionKeys ${key.name}`,
              fix: null,
            },
          ]
        : []),
    ],
  };
}

/** The Trino type of a key, as far as one is replaced or kept. */
function ownType(key: ProjectedKey): string {
  const { type, typeText } = key;
  if (type.kind === 'char') return `CHAR(${type.length})`;
  const small = ['tinyint', 'byte', 'smallint', 'short'];
  if (type.kind === 'primitive' && small.includes(type.name))
    return small.indexOf(type.name) < 2 ? 'TINYINT' : 'SMALLINT';
  return integerType(key) ?? textType(key) ?? typeText.toUpperCase();
}

type Refused = Extract<KeyProjection, { readonly kind: 'refused' }>;

/** Athena does not read it either, or Trino could not read the folders. */
function broken(reason: string): Refused {
  return { kind: 'refused', reason, isReadable: false };
}

/** Trino cannot project what Athena projects. */
function unsupported(reason: string, isReadable = true): Refused {
  return { kind: 'refused', reason, isReadable };
}

function remark({ name }: ProjectedKey, parameter: string, text: string): ProjectionRemark {
  return { text, source: `parameter projection.${name}.${parameter}`, fix: null };
}
