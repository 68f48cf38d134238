import type { HiveType } from './hive-type.js';

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

/** A note about a projection for people: see `Remark` of the registration. */
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

/** Of Trino's INTEGER. */
export const largestInteger = 2_147_483_647;

/** Trino takes text only. Character strings of fixed length are compared as text. */
export function textType({ type }: ProjectedKey): string | undefined {
  if (type.kind === 'varchar' || type.kind === 'char') return `VARCHAR(${type.length})`;
  return type.kind === 'primitive' && ['string', 'varchar', 'json'].includes(type.name) ? 'VARCHAR' : undefined;
}

/** Trino takes INTEGER and BIGINT only; smaller numbers fit in. */
export function integerType({ type }: ProjectedKey): string | undefined {
  if (type.kind !== 'primitive') return undefined;
  if (type.name === 'bigint' || type.name === 'long') return 'BIGINT';
  return ['tinyint', 'byte', 'smallint', 'short', 'int', 'integer'].includes(type.name) ? 'INTEGER' : undefined;
}

export function rangeOf(key: ProjectedKey): readonly string[] | undefined {
  const bounds = key
    .parameter('range')
    ?.split(',')
    .map((bound) => bound.trim());
  return bounds?.length === 2 ? bounds : undefined;
}

/** `undefined` where it is not given. Trino never ends a query over an interval of 0. */
export function positiveInteger(key: ProjectedKey, name: string): number | 'wrong' | undefined {
  const text = key.parameter(name);
  if (text === undefined) return undefined;
  return /^\d{1,10}$/.test(text) && Number(text) > 0 && Number(text) <= largestInteger ? Number(text) : 'wrong';
}

export function notPositive(key: ProjectedKey, name: string): Refused {
  return broken(
    `has the ${name} '${key.parameter(name) ?? ''}'; it must be a whole number from 1 to ${largestInteger}`,
  );
}

export function projected(
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

export type Refused = Extract<KeyProjection, { readonly kind: 'refused' }>;

/** Athena does not read it either, or Trino could not read the folders. */
export function broken(reason: string): Refused {
  return { kind: 'refused', reason, isReadable: false };
}

/** Trino cannot project what Athena projects. */
export function unsupported(reason: string, isReadable = true): Refused {
  return { kind: 'refused', reason, isReadable };
}

export function remark({ name }: ProjectedKey, parameter: string, text: string): ProjectionRemark {
  return { text, source: `parameter projection.${name}.${parameter}`, fix: null };
}
