import type { Rclone, RcloneFailure } from '../../clients/rclone/index.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { MemoryS3, StoredObject } from './memory-s3.js';

/** Copies between two stores in memory as rclone does, which adds the metadata `mtime`; and what a test does instead. */
export class FakeRclone {
  /** Keys that it was told to copy. */
  readonly told: string[] = [];
  readonly limits: (number | null)[] = [];
  starts = 0;
  running = 0;
  /** What arrives at the target; a failure arrives as none. */
  instead: (key: string, object: StoredObject) => Promise<StoredObject | RcloneFailure> = (_, object) =>
    Promise.resolve(object);

  constructor(
    private readonly source: MemoryS3,
    private readonly target: MemoryS3,
  ) {}

  readonly start = (): Promise<Result<Rclone>> => {
    this.starts += 1;
    this.running += 1;
    return Promise.resolve(
      ok({
        pid: 0,
        copyFile: async (from, to) => {
          this.told.push(from.key);
          const object = this.source.objects.get(`${from.bucket}/${from.key}`);
          if (object === undefined) return fail({ kind: 'refused', reason: 'object not found' });
          const arrived = await this.instead(from.key, object);
          if ('kind' in arrived) return fail(arrived);
          const { content, headers = {} } = arrived;
          const type = headers['content-type'];
          this.target.objects.set(`${to.bucket}/${to.key}`, {
            content,
            headers: { 'x-amz-meta-mtime': '1.5', ...(type !== undefined && { 'content-type': type }) },
          });
          return ok(undefined);
        },
        limit: (bytesPerSecond) => {
          this.limits.push(bytesPerSecond);
          return Promise.resolve(ok(undefined));
        },
        stop: () => {
          this.running -= 1;
          return Promise.resolve();
        },
      }),
    );
  };
}
