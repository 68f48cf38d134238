import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartitionDetail } from '../assessment.js';
import { comparePartitions } from '../classification/partitions.js';
import { linesOf } from '../../core/lines.js';
import type { CollectionCheckpoint, StoredPage } from './checkpoint.js';

/** One partition as in the file. */
export interface PartitionLine {
  readonly detail: PartitionDetail;
  readonly text: string;
}

/** Partitions that are sorted in memory at once; more are sorted in runs on disk and merged. */
const runLength = 20_000;

/** One table's partitions in the order of their values, each once, however many there are. Throws the system's errors. */
export async function* sortedPartitions(
  checkpoint: CollectionCheckpoint,
  pages: readonly StoredPage[],
): AsyncGenerator<PartitionLine> {
  const runs: string[] = [];
  let buffer: PartitionLine[] = [];
  for (const page of pages) {
    for (const text of checkpoint.readPage(page)) buffer.push(toLine(text));
    if (buffer.length < runLength) continue;
    const path = join(checkpoint.folder, `sorted-${runs.length}.ndjson`);
    await writeFile(
      path,
      buffer
        .sort(compareLines)
        .map(({ text }) => `${text}\n`)
        .join(''),
    );
    runs.push(path);
    buffer = [];
  }
  const inMemory = buffer.sort(compareLines);
  yield* distinct(runs.length === 0 ? inMemory : merge([...runs.map(readRun), replayed(inMemory)]));
  for (const path of runs) await rm(path, { force: true });
}

/** Equal values are one partition, listed twice because the catalog changed between two pages. */
async function* distinct(lines: Iterable<PartitionLine> | AsyncIterable<PartitionLine>): AsyncGenerator<PartitionLine> {
  let last: PartitionLine | undefined;
  for await (const line of lines) {
    if (last === undefined || comparePartitions(last.detail, line.detail) !== 0) yield line;
    last = line;
  }
}

async function* merge(runs: readonly AsyncGenerator<PartitionLine>[]): AsyncGenerator<PartitionLine> {
  const heads = await Promise.all(runs.map(async (run) => ({ run, line: await nextOf(run) })));
  for (;;) {
    let least: { run: AsyncGenerator<PartitionLine>; line: PartitionLine | undefined } | undefined;
    for (const head of heads) {
      if (head.line !== undefined && (least?.line === undefined || compareLines(head.line, least.line) < 0))
        least = head;
    }
    if (least?.line === undefined) return;
    yield least.line;
    least.line = await nextOf(least.run);
  }
}

async function nextOf(run: AsyncGenerator<PartitionLine, unknown>): Promise<PartitionLine | undefined> {
  const step = await run.next();
  return step.done === true ? undefined : step.value;
}

async function* readRun(path: string): AsyncGenerator<PartitionLine> {
  for await (const line of linesOf(path)) yield toLine(line.toString());
}

// eslint-disable-next-line @typescript-eslint/require-await -- the merge takes what is in memory as it takes a file
async function* replayed(lines: readonly PartitionLine[]): AsyncGenerator<PartitionLine> {
  yield* lines;
}

function toLine(text: string): PartitionLine {
  return { text, detail: JSON.parse(text) as PartitionDetail };
}

function compareLines(a: PartitionLine, b: PartitionLine): number {
  return comparePartitions(a.detail, b.detail);
}
