import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ManifestEntry } from '../../registration/index.js';
import type { ListedPartition, ListPartitions, PartitionLine, SourceTable } from './listed-partition.js';

const flushAt = 1 << 20;

/**
 * Splits the assessment's partition file, which is one stream over all tables, into one file for each table of `entries`, so
 * that tables can be registered side by side and each list can be read again. Holds 1 MB of lines in memory. Throws the
 * system's errors.
 */
export async function spoolPartitions(
  lines: AsyncIterable<PartitionLine>,
  entries: readonly ManifestEntry[],
  /** Where its own folder is made. */
  parent: string,
): Promise<{ readonly list: ListPartitions; readonly remove: () => Promise<void> }> {
  const wanted = new Set(
    entries.flatMap(({ source, partitionsBy }) =>
      partitionsBy === 'statement' || partitionsBy === 'partition-file'
        ? [nameOf({ database: source?.database ?? '', table: source?.table ?? '' })]
        : [],
    ),
  );
  const folder = await mkdtemp(join(parent, 'partitions-'));
  const files = new Map<string, string>();
  let current: { readonly name: string; readonly file: FileHandle } | undefined;
  let buffer: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (buffer.length > 0) await current?.file.appendFile(buffer.join(''));
    [buffer, size] = [[], 0];
  };
  try {
    for await (const { database, table, values, location } of lines) {
      const name = nameOf({ database, table });
      if (!wanted.has(name)) continue;
      if (current?.name !== name) {
        await flush();
        await current?.file.close();
        const path = files.get(name) ?? join(folder, String(files.size));
        files.set(name, path);
        current = { name, file: await open(path, 'a') };
      }
      const text = `${oneLine(JSON.stringify({ values, location } satisfies ListedPartition))}\n`;
      buffer.push(text);
      size += text.length;
      if (size > flushAt) await flush();
    }
    await flush();
  } finally {
    await current?.file.close();
  }
  return {
    list: (table) => readLines(files.get(nameOf(table))),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function nameOf({ database, table }: SourceTable): string {
  return JSON.stringify([database, table]);
}

/** readline ends a line at these, too, which JSON leaves as they are. */
function oneLine(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

async function* readLines(path: string | undefined): AsyncGenerator<ListedPartition> {
  if (path === undefined) return;
  const stream = createReadStream(path);
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      yield JSON.parse(line) as ListedPartition;
    }
  } finally {
    stream.destroy();
  }
}
