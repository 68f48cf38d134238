import type { AssessedTable } from '../assessments/index.js';
import { relocate } from './data-locations.js';
import type { RegistrationTarget } from './registration-target.js';
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

/** The table's projection properties, with the location template moved to the target. */
export function tableProjection(
  projection: AssessedTable['projection'],
  buckets: RegistrationTarget['buckets'],
): Properties {
  if (projection === null) return {};
  const template = relocate(projection['storage.location.template'] ?? null, buckets);
  return {
    partition_projection_enabled: true,
    partition_projection_location_template: template === null ? undefined : literal(template),
  };
}

/** Why Trino cannot project the partitions as Athena does; `null` when it can. Source: Trino 476, DateProjection. */
export function projectionRefusal({ projection, partitionKeys }: AssessedTable): string | null {
  for (const { name } of projection === null ? [] : partitionKeys) {
    const parameter = (suffix: string): string | undefined =>
      projection?.[`projection.${name.toLowerCase()}.${suffix}`]?.trim().toUpperCase();
    const unit = parameter('interval.unit');
    if (parameter('type') === 'DATE' && unit !== undefined && !dateUnits.has(unit)) {
      return `the partitions of '${name}' are projected by ${unit.toLowerCase()}; Trino projects dates only by days, hours, minutes and seconds`;
    }
  }
  return null;
}

const dateUnits: ReadonlySet<string> = new Set(['DAYS', 'HOURS', 'MINUTES', 'SECONDS']);
