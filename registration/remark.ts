/** A note for people about a table that the target can hold. */
export interface Remark {
  /** A clause without a full stop, such as `partitions are projected, not listed`. */
  readonly text: string;
  /** Which parameter or field says so, as Glue names it, such as `SerDe parameter timestamp.formats`. */
  readonly source: string;
  /** The fix, as a sentence; `null` if there is nothing to do. */
  readonly fix: string | null;
}
