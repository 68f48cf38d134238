import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import { writeFileAtomically } from '../../core/atomic-file.js';
import type { Json } from '../machines/index.js';

/** Work that takes longer than a step may, such as the copy of a disk: steps start it and ask how far it is. */
export interface LongWork<R extends Json> {
  /**
   * Starts the work unless it is done or under way, here or in another process that shares the folder of `file`. Waits a
   * moment for it, so that short work needs one call. Throws the work's error, once; the next call starts it again.
   */
  advance(file: string, work: Work<R>): Promise<WorkState<R>>;
  /** Ends the work, wherever it is under way, and forgets its result. */
  cancel(file: string): Promise<void>;
  /** Ends all that is under way in this process. Another one may go on with it. */
  close(): Promise<void>;
}

export type Work<R> = (signal: AbortSignal, report: (progress: WorkProgress) => void) => Promise<R>;

export interface WorkProgress {
  readonly copiedBytes: number;
  readonly totalBytes: number;
  /** In words, such as `copying`. */
  readonly phase: string;
}

export type WorkState<R> =
  { readonly is: 'done'; readonly result: R } | ({ readonly is: 'running' } & Partial<WorkProgress>);

export interface LongWorkOptions {
  /** Works at the same time, in this process. @default 4 */
  readonly width?: number;
  /** How long a call waits for work to end. @default 5000 */
  readonly patienceMs?: number;
  /** Another process takes work over whose lease is older. @default 60000 */
  readonly leaseMs?: number;
}

interface Running {
  readonly stop: AbortController;
  /** Never rejects. */
  readonly end: Promise<void>;
  progress: WorkProgress | undefined;
  failure?: { readonly error: unknown };
}

/** Of a lease, while it lasts. */
const renewals = 6;

const fileCode = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/**
 * The result is in `<file>.done`. While the work is under way, a lease is renewed in `<file>.lease`: who finds it old takes
 * the work over, and who no longer finds his own in it ends.
 */
export function longWork<R extends Json>({
  width = 4,
  patienceMs = 5_000,
  leaseMs = 60_000,
}: LongWorkOptions = {}): LongWork<R> {
  const running = new Map<string, Running>();
  const queue = new PQueue({ concurrency: width });

  const begin = (file: string, work: Work<R>): Running => {
    const stop = new AbortController();
    const lease = new Lease(`${file}.lease`, leaseMs, stop);
    const entry: Running = { stop, progress: undefined, end: Promise.resolve() };
    const run = async (): Promise<void> => {
      if (stop.signal.aborted || !(await lease.take())) return;
      try {
        const report = (progress: WorkProgress): void => {
          entry.progress = progress;
          lease.say(progress);
        };
        const result = await work(stop.signal, report);
        if (!(await lease.isOwn())) return;
        writeFileAtomically(`${file}.done`, JSON.stringify(result));
      } finally {
        await lease.release();
      }
    };
    const end = queue.add(run).catch((error: unknown) => {
      if (!stop.signal.aborted) entry.failure = { error };
    });
    return Object.assign(entry, { end });
  };

  return {
    advance: async (file, work) => {
      await mkdir(dirname(file), { recursive: true });
      const earlier = await resultIn<R>(`${file}.done`);
      if (earlier !== undefined) return { is: 'done', result: earlier };
      let entry = running.get(file);
      if (entry === undefined) {
        entry = begin(file, work);
        running.set(file, entry);
        const kept = entry;
        void entry.end.then(() => {
          if (kept.failure === undefined) running.delete(file);
        });
      }
      await Promise.race([entry.end, delay(patienceMs, undefined, { ref: false })]);
      if (entry.failure !== undefined) {
        running.delete(file);
        throw entry.failure.error;
      }
      const result = await resultIn<R>(`${file}.done`);
      if (result !== undefined) return { is: 'done', result };
      return { is: 'running', ...(entry.progress ?? progressOfOther(`${file}.lease`)) };
    },
    cancel: async (file) => {
      const entry = running.get(file);
      const isElsewhere = entry === undefined && !isOlder(`${file}.lease`, leaseMs);
      await rm(`${file}.lease`, { force: true });
      entry?.stop.abort(new Error('cancelled'));
      await entry?.end;
      // The other process looks for its lease several times in this time, and ends.
      if (isElsewhere) await delay((2 * leaseMs) / renewals);
      running.delete(file);
      await rm(`${file}.done`, { force: true });
    },
    close: async () => {
      const all = [...running.values()];
      running.clear();
      for (const { stop } of all) stop.abort(new Error('the worker ends'));
      await Promise.all(all.map(({ end }) => end));
    },
  };
}

class Lease {
  private readonly id = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private progress: WorkProgress | undefined;

  constructor(
    private readonly file: string,
    private readonly leaseMs: number,
    private readonly stop: AbortController,
  ) {}

  /** Whether it is this one's now. */
  async take(): Promise<boolean> {
    if (!isOlder(this.file, this.leaseMs)) return false;
    // Of two that find it old, the one that writes last has it.
    writeFileAtomically(this.file, this.text());
    await delay(50);
    if (!(await this.isOwn())) return false;
    this.timer = setInterval(() => void this.renew(), this.leaseMs / renewals);
    this.timer.unref();
    return true;
  }

  say(progress: WorkProgress): void {
    this.progress = progress;
  }

  async isOwn(): Promise<boolean> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    return text.startsWith(this.id);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    if (await this.isOwn()) await rm(this.file, { force: true });
  }

  private async renew(): Promise<void> {
    if (!(await this.isOwn())) this.stop.abort(new Error('another process has taken the work over'));
    else writeFileAtomically(this.file, this.text());
  }

  private text(): string {
    return `${this.id}\n${JSON.stringify(this.progress ?? {})}\n`;
  }
}

function isOlder(file: string, ms: number): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs > ms;
  } catch (error) {
    if (fileCode(error) === 'ENOENT') return true;
    throw error;
  }
}

function progressOfOther(lease: string): Partial<WorkProgress> {
  try {
    return JSON.parse(readFileSync(lease, 'utf8').split('\n')[1] ?? '{}') as Partial<WorkProgress>;
  } catch {
    return {};
  }
}

async function resultIn<R>(file: string): Promise<R | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as R;
  } catch (error) {
    if (fileCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
