import { fail, ok } from './result.js';
import type { Result } from './result.js';
import { parseS3Location, withoutEndSlashes } from './s3-location.js';
import { projectKey } from './key-projection.js';
import type { ProjectedKey, ProjectionRemark, ProjectionValue } from './projected-key.js';

/** How Trino finds the partitions that Athena projects. Only `readProjection` makes one. */
export interface PartitionProjection {
  /**
   * By lower-case name of the partition key: what its column becomes; `null` where the partitions are
   * found in the folders instead.
   */
  readonly keys: ReadonlyMap<string, ColumnProjection> | null;
  /** `storage.location.template` at the source, with placeholders in lower case. */
  readonly template: string | null;
  readonly remarks: readonly ProjectionRemark[];
}

interface ColumnProjection {
  /** Its Trino type, where that is not its own. */
  readonly trino: string | null;
  /** Without the prefix `partition_projection_`. */
  readonly properties: Readonly<Record<string, ProjectionValue | undefined>>;
}

/** A partition key. */
export type KeyColumn = Pick<ProjectedKey, 'name' | 'type' | 'typeText'>;

interface Projecting {
  /** The table's `projection.*` and `storage.location.template`; `null` when it is off. */
  readonly projection: Readonly<Record<string, string>> | null;
  readonly location: string | null;
}

/**
 * Reads Athena's partition projection, or says in a clause why Trino finds no partitions by it. `null` for a table
 * without. Names are compared without case, as in Athena.
 */
export function readProjection(
  { projection, location }: Projecting,
  partition: () => readonly KeyColumn[],
  trinoVersion: string,
): Result<PartitionProjection | null, string> {
  if (projection === null) return ok(null);
  const columns = partition();
  if (columns.length === 0) {
    const text = 'its partition projection is left out: it has no partition keys';
    return ok({ keys: null, template: null, remarks: [{ text, source: 'parameter projection.enabled', fix: null }] });
  }
  const template = templateOf(projection, columns);
  if (!template.ok) return template;
  const parameters = new Map(Object.entries(projection).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const exact = new Map(Object.entries(projection).map(([name, value]) => [name, value.trim()]));
  const read = columns.map((column) => {
    const name = column.name.toLowerCase();
    const parameter = (suffix: string): string | undefined => {
      const key = `projection.${name}.${suffix}`;
      // Athena keeps the blanks around the values of an enum.
      if (suffix === 'values') return projection[key] ?? rawOf(projection, key);
      const value = exact.get(key) ?? parameters.get(key);
      return value === '' ? undefined : value;
    };
    const hasTemplate = template.value !== null;
    return { name, read: projectKey({ ...column, name, parameter, trinoVersion, hasTemplate }) };
  });
  const refused = read.flatMap(({ name, read: key }) => (key.kind === 'refused' ? [{ name, ...key }] : []));
  const [first] = refused;
  if (first !== undefined) {
    const reason = `its partition key '${first.name}' ${first.reason}`;
    const isInFolders =
      refused.every(({ isReadable }) => isReadable) && hasHiveFolders(template.value, location, columns);
    return isInFolders ? ok({ keys: null, template: null, remarks: [inFolders(first.name, reason)] }) : fail(reason);
  }
  const keys = new Map(
    read.flatMap(({ name, read: key }) =>
      key.kind === 'projected' ? [[name, { trino: key.trino, properties: key.properties }] as const] : [],
    ),
  );
  const remarks = read.flatMap(({ read: key }) => (key.kind === 'projected' ? key.remarks : []));
  return ok({ keys, template: template.value, remarks });
}

function rawOf(projection: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.entries(projection).find(([name]) => name.toLowerCase() === key)?.[1];
}

function templateOf(
  projection: Readonly<Record<string, string>>,
  columns: readonly KeyColumn[],
): Result<string | null, string> {
  const given = projection['storage.location.template']?.trim() ?? '';
  if (given === '') return ok(null);
  const template = given.replace(/\$\{[^}]*\}/g, (placeholder) => placeholder.toLowerCase());
  if (parseS3Location(template)?.bucket.includes('${') === true) {
    return fail(`its storage.location.template ${given} has a placeholder in the name of the bucket`);
  }
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const missing = [...names].find((name) => !template.includes(`\${${name}}`));
  if (missing !== undefined) {
    return fail(
      `its storage.location.template ${given} lacks \${${missing}}; Athena and Trino need each partition key in it`,
    );
  }
  const unknown = [...template.matchAll(/\$\{([^}]*)\}/g)].find(([, name = '']) => !names.has(name));
  return unknown === undefined
    ? ok(template)
    : fail(`its storage.location.template ${given} names ${unknown[0]}, which is not one of its partition keys`);
}

/** Whether each partition lies where Hive puts it, `<table>/key=value/…`, so that it can be found there. */
function hasHiveFolders(template: string | null, location: string | null, columns: readonly KeyColumn[]): boolean {
  if (template === null) return true;
  const normal = (uri: string | null): string => {
    const s3 = parseS3Location(uri);
    return s3 === undefined ? '' : withoutEndSlashes(`${s3.bucket}/${s3.key}`);
  };
  const steps = columns.map(({ name }) => `${name.toLowerCase()}=\${${name.toLowerCase()}}`);
  return normal(template) === [normal(location), ...steps].join('/');
}

function inFolders(name: string, reason: string): ProjectionRemark {
  return {
    text: `${reason}: the partitions are found in its folders instead, also those outside of Athena's ranges`,
    source: `parameters projection.${name}.*`,
    fix: 'Call system.sync_partition_metadata whenever folders are added.',
  };
}
