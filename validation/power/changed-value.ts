import type { Form } from '../values/form.js';

/**
 * SQL of a value that differs from `sql` as little as its type allows, without overflow whatever the value is; `undefined`
 * where the type has none. The value may stay what it is, such as NULL.
 */
export function shiftedValue(sql: string, form: Form): string | undefined {
  switch (form.kind) {
    case 'boolean':
      return `NOT ${sql}`;
    case 'integer':
      return `bitwise_xor(CAST(${sql} AS bigint), 1)`;
    case 'date':
      return `date_add('day', 1, ${sql})`;
    case 'time':
      return `date_add('second', 1, ${sql})`;
    case 'timestamp':
      return `date_add('${form.precision < 3 ? 'second' : 'millisecond'}', 1, ${sql})`;
    case 'float':
      return `from_ieee754_64(to_big_endian_64(bitwise_xor(from_big_endian_64(to_ieee754_64(CAST(${sql} AS double))), 1)))`;
    case 'decimal': {
      const unit = `DECIMAL '${form.scale === 0 ? '1' : `0.${'1'.padStart(form.scale, '0')}`}'`;
      return `IF(${sql} > 0, ${sql} - ${unit}, ${sql} + ${unit})`;
    }
    case 'digits':
      return `-${sql}`;
    case 'binary':
      return `concat(${sql}, X'00')`;
    case 'text':
    case 'uuid':
    case 'json':
    case 'array':
    case 'map':
    case 'row':
    case 'canonical-text':
    case 'not-compared':
      return undefined;
  }
}

/** SQL of the value without a part of it: the last element of an array, an entry of a map, the first field of a row. */
export function lessWithin(sql: string, form: Extract<Form, { readonly kind: 'array' | 'map' | 'row' }>): string {
  switch (form.kind) {
    case 'array':
      return `slice(${sql}, 1, greatest(cardinality(${sql}) - 1, 0))`;
    case 'map':
      return `map_filter(${sql}, (k, v) -> k IS DISTINCT FROM element_at(map_keys(${sql}), 1))`;
    case 'row': {
      const rest = form.fields.slice(1).map((_, index) => `${sql}[${index + 2}]`);
      return `ROW(${['NULL', ...rest].join(', ')})`;
    }
  }
}
