/** How the jobs of a validation reach both sides, as it is stored: addresses and names. Workers have the secrets. JSON. */
export interface SideConnections {
  readonly source: AthenaSide | TrinoSide;
  readonly target: TrinoSide;
}

export interface AthenaSide {
  readonly type: 'athena';
  readonly account: string;
  readonly region: string;
  readonly workgroup: string;
  /** `s3://…` for results; `null` for that of the workgroup. */
  readonly outputLocation: string | null;
}

export interface TrinoSide {
  readonly type: 'trino';
  readonly url: string;
  readonly user: string;
  /** Of the target, as in its Plan: PEM of authorities besides the well-known ones. @default none */
  readonly authorities?: readonly string[];
}

/** Glue's own catalog, as Athena names it. */
export const athenaCatalog = 'AwsDataCatalog';

/**
 * Session properties of a Hive catalog of Trino beside Athena, which reads the timestamps of Hive tables rounded to
 * milliseconds. With all of its digits, the target rounds to the same: what is rounded to microseconds first may end in
 * another millisecond.
 */
export const besideAthena = { timestamp_precision: 'NANOSECONDS' };
