/**
 * The input of a certificate: plain data, which validation has found out. Times are ISO 8601 in UTC; hashes are
 * lower-case hexadecimal SHA-256; values of checks are text as a person reads it.
 */
export interface CertificateInput {
  readonly toolVersion: string;
  readonly assessment: CertifiedAssessment;
  readonly planSha256: string;
  /** Of `manifest.json`, which names each catalog's file by its hash. */
  readonly manifestSha256: string;
  readonly run: { readonly id: string; readonly startedAt: string; readonly finishedAt: string };
  readonly method: Method;
  /** Tables that a rule leaves behind: the certificate says nothing else of them. Sorted as the Plan has them. */
  readonly skipped: readonly SkippedTable[];
  /** Sorted by database, then table; each once. May be a stream: they are read once. */
  readonly tables: Iterable<TableResult> | AsyncIterable<TableResult>;
}

interface CertifiedAssessment {
  readonly id: string;
  /** Of the report. */
  readonly sha256: string;
  readonly accountId: string | null;
  readonly region: string;
}

export interface SkippedTable {
  readonly database: string;
  readonly table: string;
  /** As the rule gives it. */
  readonly reason: string;
}

/** How rows were compared, and what shows that both sides hash alike. */
export interface Method {
  readonly rowHash: { readonly definition: string; readonly version: string };
  /** A row for each engine; without any, nothing shows that the engines hash alike, and nothing is certified. */
  readonly goldenVectors: readonly GoldenVectors[];
  readonly sessionSettings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface GoldenVectors {
  readonly engine: string;
  readonly version: string;
  readonly vectors: number;
  /** Vectors whose hash is the expected one. */
  readonly alike: number;
  /** Types that this engine hashes otherwise; their canonical text is compared instead. */
  readonly asText: readonly string[];
}

export type TableStatus = 'certified' | 'certified-with-exceptions' | 'not-certified';
export type CheckName = 'row_count' | 'partition' | 'schema' | 'checksum' | 'statistics' | 'sample' | 'query';
export type CheckStatus = 'passed' | 'failed' | 'warning' | 'weak' | 'missing';

export interface TableResult {
  readonly database: string;
  readonly table: string;
  /** As `catalog.schema.table`; `null` for a table that was not mapped. */
  readonly target: string | null;
  /** Key of the manifest's entry. */
  readonly manifestEntry: string | null;
  readonly status: TableStatus;
  /** Why it is not certified; empty otherwise. */
  readonly reasons: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly snapshots: { readonly source: string | null; readonly target: string | null };
  readonly rows: number | null;
  readonly bytes: number | null;
  /** `sha256` is that of the sorted hashes of the objects; `null` for what has no objects, such as a view. */
  readonly objects: { readonly count: number; readonly bytes: number; readonly sha256: string } | null;
  readonly exceptions: readonly SignedException[];
  /** The differences between now and the assessment or the mapping. */
  readonly drift: readonly { readonly code: string; readonly message: string }[];
}

export interface CheckResult {
  readonly check: CheckName;
  readonly status: CheckStatus;
  readonly source: string | null;
  readonly target: string | null;
  /** `null` where there is none. */
  readonly difference: string | null;
  /** Virtual mutations of this table's own rows, and how many of them the check noticed; `null` where none apply. */
  readonly power: { readonly tried: number; readonly caught: number } | null;
  /** Notes for people on the comparison, even if it passed: what counted as equal, or was left out. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  /** Of a diagnostic. */
  readonly code: string;
  readonly message: string;
}

/** A check that did not pass, and who answers for it. */
export interface SignedException {
  readonly check: CheckName;
  readonly signedBy: string;
  readonly signedAt: string;
  readonly reason: string;
}
