import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { literal, qualifiedName } from '../../core/sql-text.js';
import type { TableName } from '../sql/scan.js';
import type { SideQuestions } from './ask-sides.js';
import type { TablePair } from './table-pair.js';

/** The proof about the objects of both sides. */
export type SidesProof =
  /** One of the source is not one of the target, or the source has none. */
  | { readonly kind: 'different' }
  | { readonly kind: 'same'; readonly reason: Diagnostic }
  | { readonly kind: 'unknown'; readonly finding: Diagnostic };

/**
 * Two catalogs may lead to the same objects: two that share a metastore, or one whose bucket is that of the source. A copy
 * may have the path of its original, in another object store, but not its time of modification as well. A file of the
 * source, by path and time, is looked for at the target.
 */
export async function proveOtherObjects(pair: TablePair, questions: SideQuestions): Promise<SidesProof> {
  const file = await questions.one('objects', 'source', aFile(pair.source));
  if (!file.ok) return unknown(pair, file.error);
  const [path, modified] = file.value.rows[0] ?? [];
  if (typeof path !== 'string' || typeof modified !== 'string') return { kind: 'different' };
  const found = await questions.one('objects', 'target', sameFile(pair.target, path, modified));
  if (!found.ok) return unknown(pair, found.error);
  if (found.value.rows.length === 0) return { kind: 'different' };
  const reason = diagnostic({
    code: 'validation-same-objects',
    path: pair.key,
    message: `Both sides of ${pair.key} read the same object, ${path}, last modified ${modified} UTC: the table would be compared with itself.`,
    fix: 'Compare the location of both tables with SHOW CREATE TABLE, and name the cluster or the catalog that reads the other copy, such as with --source-trino-url.',
  });
  return { kind: 'same', reason };
}

function unknown(pair: TablePair, reasons: readonly Diagnostic[]): SidesProof {
  const finding = diagnostic({
    code: 'validation-objects-unknown',
    severity: 'warning',
    path: pair.key,
    message: `It is not known whether the two sides of ${pair.key} read different objects: ${reasons.map(({ message }) => message).join(' ')}`,
    fix: 'Compare the location of both tables with SHOW CREATE TABLE.',
  });
  return { kind: 'unknown', finding };
}

/** Hidden columns of Hive and Iceberg tables. Source: Trino 476 documentation, 'Hive connector', 'Metadata columns'. */
const time = `date_format(at_timezone("$file_modified_time", 'UTC'), '%Y-%m-%d %H:%i:%s.%f')`;

function aFile({ catalog, schema, table }: TableName): string {
  return `SELECT "$path", ${time} FROM ${qualifiedName(catalog, schema, table)} LIMIT 1`;
}

/** By any of the names that Hadoop has for S3: the equality is what lets the engine skip the other files. */
function sameFile({ catalog, schema, table }: TableName, path: string, modified: string): string {
  const rest = path.replace(/^s3[an]?:/, '');
  const names = rest === path ? [path] : ['s3', 's3a', 's3n'].map((scheme) => `${scheme}:${rest}`);
  return (
    `SELECT 1 AS same FROM ${qualifiedName(catalog, schema, table)} ` +
    `WHERE "$path" IN (${names.map(literal).join(', ')}) AND ${time} = ${literal(modified)} LIMIT 1`
  );
}
