import { createHash } from 'node:crypto';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { noAnswer } from '../../../clients/transfer/index.js';
import type { ContentSink, TransferFailure, TransferReply } from '../../../clients/transfer/index.js';
import { runningChecksum } from './checksums.js';
import type { Checksum, ChecksumAlgorithm, RunningChecksum } from './checksums.js';
import type { Pace } from './pace.js';

export interface Hashed {
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of this content, in the algorithm that was asked for. */
  readonly checksum?: Checksum;
}

export interface ContentRules {
  /** How long the content must be. */
  readonly bytes: number;
  /** Keeps it. @default it is only hashed */
  readonly buffer?: Buffer;
  /** Passes it on. What it returns is waited for before more is read. */
  readonly forward?: (chunk: Buffer) => Promise<void> | undefined;
  readonly pace?: Pace;
  /** Whether it is the content that is wanted, by the answer's headers. Otherwise it is not read. */
  readonly accepts?: (headers: TransferReply['headers']) => boolean;
  /** The additional checksum to compute, as the answer's headers suggest. */
  readonly checksumFor?: (headers: TransferReply['headers']) => ChecksumAlgorithm | undefined;
}

/** Content on its way in: kept, hashed and paced as it comes. */
export class ReceivedContent implements ContentSink {
  isRefused = false;
  private received = 0;
  private readonly hash = createHash('sha256');
  private checksum: (RunningChecksum & { readonly algorithm: ChecksumAlgorithm }) | undefined;

  constructor(private readonly rules: ContentRules) {}

  begin({ headers }: Pick<TransferReply, 'headers'>): void {
    this.isRefused = this.rules.accepts?.(headers) === false;
    if (this.isRefused) throw new Error('the content is not the one that is wanted');
    const algorithm = this.rules.checksumFor?.(headers);
    if (algorithm !== undefined) this.checksum = { algorithm, ...runningChecksum(algorithm) };
  }

  write(chunk: Buffer): Promise<void> | undefined {
    const { buffer, bytes, forward, pace } = this.rules;
    const at = this.received;
    this.received += chunk.length;
    if (this.received > bytes) throw new Error(`more than the ${bytes} bytes that the object should have`);
    this.hash.update(chunk);
    this.checksum?.update(chunk);
    if (buffer !== undefined) chunk.copy(buffer, at);
    const passed = forward?.(chunk);
    const paced = pace?.spend(chunk.length);
    return passed !== undefined && paced !== undefined ? passed.then(() => paced) : (passed ?? paced);
  }

  /** Call it once, after the answer is complete. */
  async end(): Promise<Result<Hashed, TransferFailure>> {
    const { bytes } = this.rules;
    if (this.received !== bytes) return fail(noAnswer('connection', `${this.received} bytes came instead of ${bytes}`));
    const { checksum } = this;
    const sha256 = this.hash.digest('hex');
    if (checksum === undefined) return ok({ sha256 });
    return ok({ sha256, checksum: { algorithm: checksum.algorithm, value: await checksum.digest() } });
  }
}
