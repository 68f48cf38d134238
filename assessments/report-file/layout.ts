import { createHash } from 'node:crypto';
import type { Assessment } from '../assessment.js';

/** The lists of a report, in the order of the file. */
export const sections = ['findings', 'databases', 'tables'] as const;

/**
 * The report's text in pieces: the header on one line, then each finding, database and table on its own line,
 * so that neither the writer nor the reader ever holds the complete text. The pieces together are one JSON document.
 */
export function* reportLines({ findings, databases, tables, ...header }: Assessment): Generator<string> {
  yield* documentLines(header, { findings, databases, tables });
}

/** One JSON document: the header's keys, then the lists with an item a line. */
export function* documentLines(header: object, lists: Readonly<Record<string, readonly unknown[]>>): Generator<string> {
  yield `${JSON.stringify(header).slice(0, -1)},\n`;
  const names = Object.keys(lists);
  for (const [name, items] of Object.entries(lists)) {
    yield `"${name}":[\n`;
    for (const [index, item] of items.entries())
      yield `${JSON.stringify(item)}${index < items.length - 1 ? ',' : ''}\n`;
    yield name === names.at(-1) ? ']}\n' : '],\n';
  }
}

/**
 * Lower-case hexadecimal SHA-256 of what the report says, without when (`assessedAt`) and without this hash, however the
 * file is formatted. It shows that a report was changed after `assess` wrote it; it is not a signature, since whoever
 * changes a report can compute it anew.
 */
export function contentSha256(assessment: Assessment): string {
  const content = { ...assessment, assessedAt: '' };
  delete content.contentSha256;
  return reportSha256(content);
}

/** Lower-case hexadecimal SHA-256 of the report file that `assess` writes, even if the file was reformatted since. */
export function reportSha256(assessment: Assessment): string {
  const hash = createHash('sha256');
  for (const line of reportLines(assessment)) hash.update(line);
  return hash.digest('hex');
}
