import type { PartitionProjection } from '../core/partition-projection.js';
import { relocate } from './data-locations.js';
import type { RegistrationTarget } from './registration-target.js';
import { arrayOf, literal } from '../core/sql-text.js';
import type { PropertyValue } from './sql.js';

type Properties = Readonly<Record<string, PropertyValue | undefined>>;

/** The properties of a partition key's column, and its type where the projection needs another one. */
export function columnProjection(
  projection: PartitionProjection | null,
  column: string,
): { readonly trino: string | null; readonly properties: Properties } {
  const key = projection?.keys?.get(column.toLowerCase());
  if (key === undefined) return { trino: null, properties: {} };
  const properties = Object.entries(key.properties).map(([name, value]) => [
    `partition_projection_${name}`,
    typeof value === 'string' ? literal(value) : typeof value === 'object' ? arrayOf(value) : value,
  ]);
  return { trino: key.trino, properties: Object.fromEntries(properties) as Properties };
}

/** The table's projection properties, with the location template moved to the target. */
export function tableProjection(
  projection: PartitionProjection | null,
  buckets: RegistrationTarget['buckets'],
): Properties {
  if (projection?.keys === undefined || projection.keys === null) return {};
  const template = relocate(projection.template, buckets);
  return {
    partition_projection_enabled: true,
    partition_projection_location_template: template === null ? undefined : literal(template),
  };
}
