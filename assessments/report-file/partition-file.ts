import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { PartitionDetail, PartitionFile } from '../assessment.js';
import { countLineFeeds, linesIn } from '../../core/lines.js';
import { problem } from './problems.js';

const fix = 'Copy the partition file and the report together again, or run `aws2openstack assess glue-catalog` again.';

/** Checks the partition file of a report against its hash and its number of lines, streaming. Empty when it is intact. */
export async function checkPartitionFile(reportPath: string, expected: PartitionFile): Promise<readonly Diagnostic[]> {
  const path = join(dirname(reportPath), expected.name);
  const hash = createHash('sha256');
  let lines = 0;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 18 }),
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      }),
      createGunzip({ chunkSize: 1 << 18 }),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) lines += countLineFeeds(chunk);
      },
    );
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return [
        problem('partition-file-missing', path, `The partition file that ${reportPath} names does not exist.`, fix),
      ];
    if (code.startsWith('Z_'))
      return [problem('partition-file-damaged', path, `The partition file is damaged: ${message}.`, fix)];
    return [
      problem(
        'partition-file-unreadable',
        path,
        `The partition file cannot be read: ${message}.`,
        'Make the file readable (`ls -l` shows its permissions).',
      ),
    ];
  }
  const found = hash.digest('hex');
  if (found !== expected.sha256) {
    return [
      problem(
        'partition-file-mismatch',
        path,
        `The partition file's SHA-256 is ${found}; the report expects ${expected.sha256}.`,
        fix,
      ),
    ];
  }
  if (lines !== expected.partitions) {
    return [
      problem(
        'partition-file-mismatch',
        path,
        `The partition file has ${lines} lines; the report expects ${expected.partitions}.`,
        fix,
      ),
    ];
  }
  return [];
}

/** The partitions of a report, of all its tables, as the file has them; none for a report without the file. Throws the system's error. */
export async function* partitionsOf(reportPath: string, file: PartitionFile | null): AsyncGenerator<PartitionDetail> {
  if (file === null) return;
  const stream = createReadStream(join(dirname(reportPath), file.name), { highWaterMark: 1 << 18 });
  const unzipped = stream.pipe(createGunzip({ chunkSize: 1 << 18 }));
  stream.on('error', (error) => unzipped.destroy(error));
  try {
    for await (const line of linesIn(unzipped as AsyncIterable<Buffer>))
      yield JSON.parse(line.toString()) as PartitionDetail;
  } finally {
    stream.destroy();
  }
}
