import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { RegisteredTable, RegistrationContext } from './manifest-types.js';
import { arrayOf, literal } from './sql.js';
import type { PropertyValue } from './sql.js';

type Properties = Readonly<Record<string, PropertyValue | undefined>>;

/**
 * Athena's `projection.<column>.…` parameters as properties of a partition column.
 * Source: Trino 476 documentation, Hive connector, 'Column properties'; Athena user guide, 'Partition projection'.
 */
export function columnProjection(projection: Readonly<Record<string, string>>, column: string): Properties {
  const parameter = (name: string): string | undefined => projection[`projection.${column.toLowerCase()}.${name}`];
  const type = parameter('type');
  if (type === undefined) return {};
  const list = (name: string): string | undefined => {
    const text = parameter(name);
    return text === undefined ? undefined : arrayOf(text.split(',').map((item) => item.trim()));
  };
  const integer = (name: string): number | undefined => {
    const text = parameter(name)?.trim();
    return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const text = (name: string, change = (value: string): string => value): string | undefined => {
    const value = parameter(name);
    return value === undefined ? undefined : literal(change(value));
  };
  const upper = (value: string): string => value.trim().toUpperCase();
  return {
    partition_projection_digits: integer('digits'),
    partition_projection_format: text('format'),
    partition_projection_interval: integer('interval'),
    partition_projection_interval_unit: text('interval.unit', upper),
    partition_projection_range: list('range'),
    partition_projection_type: text('type', upper),
    partition_projection_values: list('values'),
  };
}

/** The table's own projection properties, the template's place moved to the target. */
export function tableProjection(table: RegisteredTable, context: RegistrationContext): Result<Properties, string> {
  const { projection } = table.source;
  if (projection === null) return ok({});
  const template = projection['storage.location.template'];
  if (template === undefined) return ok({ partition_projection_enabled: true });
  const relocated = context.relocate(template);
  if (relocated === undefined) return fail(`the bucket of storage.location.template '${template}' is not mapped`);
  return ok({
    partition_projection_enabled: true,
    partition_projection_location_template: literal(relocated),
  });
}
