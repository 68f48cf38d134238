import { projectDates } from './date-projection.js';
import {
  broken,
  integerType,
  largestInteger,
  notPositive,
  positiveInteger,
  projected,
  rangeOf,
  remark,
  textType,
  unsupported,
} from './projected-key.js';
import type { KeyProjection, ProjectedKey, ProjectionRemark } from './projected-key.js';

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
  if (first > last) return broken(`has the range '${range.join(',')}', which ends before it begins`);
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
