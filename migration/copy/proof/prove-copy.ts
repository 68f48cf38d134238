import { withRetries } from '../../../clients/transfer/retry.js';
import type { TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { CopyOutcome, CopyTask } from '../copy-engine.js';
import { propertiesIn } from '../stream/properties.js';
import { ReceivedContent } from '../stream/received-content.js';
import type { SourceContent } from './hash-source.js';
import type { Readers } from './readers.js';

/**
 * Whether the target gives back what the source holds: the same bytes, the same content headers, the same metadata.
 * Otherwise a clause that says what differs.
 *
 * @param added names of metadata that the program adds by itself
 */
export async function proveCopy(
  task: CopyTask,
  source: SourceContent,
  readers: Readers,
  added: ReadonlySet<string>,
): Promise<Result<CopyOutcome, string>> {
  const { retries, stopping, target } = readers;
  const read = await withRetries(() => readTarget(task, readers), retries, stopping);
  if (!read.ok) {
    const { code, reason } = read.error;
    return fail(`${target.endpoint} does not give it back (${code}${reason === '' ? '' : `: ${reason}`})`);
  }
  const { sha256, headers } = read.value;
  if (sha256 !== source.sha256) return fail(`${target.endpoint} gives back other content`);
  const other = differences(source.properties, propertiesIn(headers, ''), added);
  if (other.length > 0) return fail(`${target.endpoint} gives back another ${other.join(', ')}`);
  const version = headers['x-amz-version-id'];
  return ok({
    source: task.source,
    target: task.target,
    state: 'copied',
    sha256,
    bytes: task.source.size,
    isReadBack: true,
    ...(version !== undefined && { targetVersion: version }),
  });
}

interface TargetContent {
  /** `null` for content of another length, which is not read. */
  readonly sha256: string | null;
  readonly headers: TransferReply['headers'];
}

async function readTarget(
  { source: { size }, target: place }: CopyTask,
  { target, stopped }: Readers,
): Promise<Result<TargetContent, TransferFailure>> {
  let headers: TransferReply['headers'] = {};
  const accepts = (received: TransferReply['headers']): boolean => {
    headers = received;
    return Number(received['content-length']) === size;
  };
  const sink = new ReceivedContent({ bytes: size, accepts });
  const reply = await target.read(place, { version: undefined, offset: 0, bytes: size, size }, sink, stopped);
  if (sink.isRefused) return ok({ sha256: null, headers });
  if (!reply.ok) return reply;
  const hashed = await sink.end();
  return hashed.ok ? ok({ sha256: hashed.value.sha256, headers }) : hashed;
}

/** Names of what is not the same. */
function differences(
  source: SourceContent['properties'],
  target: SourceContent['properties'],
  added: ReadonlySet<string>,
): readonly string[] {
  const different = (ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>): string[] =>
    [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter((name) => ours[name] !== theirs[name]);
  const metadata = different(source.metadata, target.metadata).filter(
    (name) => source.metadata[name] !== undefined || !added.has(name),
  );
  return [...different(source.content, target.content), ...metadata.map((name) => `metadata '${name}'`)];
}
