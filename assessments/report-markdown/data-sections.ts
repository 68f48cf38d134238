import { compareText } from '../../core/canonical-json.js';
import { parseS3Location } from '../../core/s3-location.js';
import type { AssessedTable } from '../assessment.js';
import { escapeMarkdown } from '../../core/escape-markdown.js';
import { formatBytes } from '../../core/format-bytes.js';
import { section } from './section.js';

const largest = 20;

/** The buckets that hold the tables' locations: what has to be copied. */
export function renderBuckets(tables: readonly AssessedTable[]): string {
  const byBucket = new Map<string, AssessedTable[]>();
  for (const table of tables) {
    const bucket = parseS3Location(table.location)?.bucket;
    if (bucket === undefined) continue;
    const found = byBucket.get(bucket);
    if (found === undefined) byBucket.set(bucket, [table]);
    else found.push(table);
  }
  const rows = [...byBucket]
    .sort(([a], [b]) => compareText(a, b))
    .map(([bucket, held]) => [
      escapeMarkdown(bucket),
      String(held.length),
      formatBytes(held.reduce((sum, { size }) => sum + (size.value ?? 0), 0)),
      String(held.filter(({ size }) => size.value === null).length),
    ]);
  return section('Buckets', ['Bucket', 'Tables', 'Known size', 'Tables of unknown size'], rows, 'buckets');
}

export function renderLargestTables(tables: readonly AssessedTable[]): string {
  const rows = tables
    .flatMap(({ database, name, format, partitions, size }) =>
      size.value === null || size.value === 0
        ? []
        : [{ name: `${database}.${name}`, format, partitions, bytes: size.value }],
    )
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name))
    .slice(0, largest)
    .map(({ name, format, partitions, bytes }) => [
      escapeMarkdown(name),
      escapeMarkdown(format),
      String(partitions.count ?? 'unknown'),
      formatBytes(bytes),
    ]);
  return section('Largest tables', ['Table', 'Format', 'Partitions', 'Size'], rows, 'tables');
}
