import type { Column } from '../assessments/index.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';

interface CastColumn {
  readonly name: string;
  /** Trino type; `null` where the column stays as it is. */
  readonly cast: string | null;
}

/** A type that has no place in Iceberg. A field's name is followed by its type, a type is not. */
const noIcebergType =
  /\b(?:tinyint|smallint|char\(\d+\)|json|interval (?:day to second|year to month)|hyperloglog|p4hyperloglog|setdigest|[qt]digest(?:\(\w+\))?|geometry|sphericalgeography|bingtile|ipaddress|color|time(?:\(\d+\))? with time zone|unknown)(?=\s*(?:[,)]|$))/i;

/**
 * The columns of a view in an Iceberg catalog, whose types are those of Iceberg: smaller integers become INTEGER, CHAR
 * becomes VARCHAR, times get microseconds. `columns` have Trino's types. Tried in Trino 476 with its REST catalog.
 */
export function icebergCasts(columns: readonly Column[]): Result<readonly CastColumn[], string> {
  const casts: CastColumn[] = [];
  for (const { name, type } of columns) {
    const cast = castOf(type.trim().toLowerCase());
    if (cast === null && noIcebergType.test(type)) {
      return fail(
        `its column '${name}' has the type ${type}, which a view in an iceberg-rest catalog cannot have; map it to a hive-metastore catalog`,
      );
    }
    casts.push({ name, cast });
  }
  return ok(casts);
}

function castOf(type: string): string | null {
  if (type === 'tinyint' || type === 'smallint') return 'INTEGER';
  if (/^char\(\d+\)$/.test(type)) return 'VARCHAR';
  const [, base, precision, zone = ''] = /^(time|timestamp)(?:\((\d+)\))?( with time zone)?$/.exec(type) ?? [];
  if (base === undefined || precision === '6' || (base === 'time' && zone !== '')) return null;
  return `${base}(6)${zone}`.toUpperCase();
}
