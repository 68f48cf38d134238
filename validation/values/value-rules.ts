/** The differences that count as equal, of a column or of every column of a type. The strictest is the default. */
export interface ValueRules {
  /** -0.0 and 0.0. @default different */
  readonly negativeZero?: 'different' | 'equal';
  /** `'a '` and `'a'` of varchar. @default different */
  readonly trailingBlanks?: 'different' | 'equal';
  /** `''` and NULL of varchar. @default different */
  readonly emptyText?: 'different' | 'equal-to-null';
  /** The elements of an array in another order. @default different */
  readonly arrayOrder?: 'different' | 'equal';
  /** The column is left out, and named as not compared. @default false */
  readonly isExcluded?: boolean;
  /** Values are compared as canonical text, for this reason. @default as their type is */
  readonly asText?: string;
  /** Values are shown as hashes only. @default false */
  readonly isMasked?: boolean;
}

export interface RuleSet {
  /** By kind of type, such as `double` or `varchar`; also of values within arrays, maps and rows. */
  readonly byType?: Readonly<Record<string, ValueRules>>;
  /** By name of the column in lower case, before those of its type. */
  readonly byColumn?: Readonly<Record<string, ValueRules>>;
}

/** The rules of a column, for a type within it. */
export function rulesFor({ byType = {}, byColumn = {} }: RuleSet, column: string, kind: string): ValueRules {
  return { ...byType[kind], ...byColumn[column.toLowerCase()] };
}
