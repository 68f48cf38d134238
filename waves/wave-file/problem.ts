/** A problem in a wave file or in a CSV file that it names; the reader of the file adds line and column. */
export interface WaveProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Inside the YAML file. */
  readonly path: readonly (string | number)[];
  /** Whether the key is meant, and not its value. */
  readonly ofKey?: true;
  /** Where it stands in a CSV file. */
  readonly csv?: CsvPlace & { readonly file: string };
  readonly message: string;
  readonly fix: string;
}

/** Both from 1; a column is a character of the line. Without one, the whole line is meant. */
export interface CsvPlace {
  readonly line: number;
  readonly column?: number;
}
