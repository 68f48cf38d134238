/** What a person should know about a table although the target can hold it. */
export interface Remark {
  /** A clause without a full stop, such as `partitions are projected, not listed`. */
  readonly text: string;
  /** Which parameter or field says so, as Glue names it, such as `SerDe parameter timestamp.formats`. */
  readonly source: string;
  /** What to do, as a sentence; `null` when there is nothing to do. */
  readonly fix: string | null;
}
