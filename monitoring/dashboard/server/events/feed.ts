import { latestSamples, bottleneckOf } from '../../../../migration/copy/job/index.js';
import { jobEventsSince, liveProgress, runningJobs } from '../../../../state/index.js';
import type { JobEvent, State } from '../../../../state/index.js';

/** What a viewer is sent. Jobs have an id, from which a viewer that was cut off goes on. */
export type FeedMessage =
  | { readonly event: 'job'; readonly id: string; readonly data: JobEvent }
  | { readonly event: 'progress'; readonly data: Progress }
  /** More happened than can be sent again: the viewer reads everything anew. */
  | { readonly event: 'reset'; readonly id: string; readonly data: null };

export interface Progress {
  readonly runs: readonly (Awaited<ReturnType<typeof liveProgress>>[number] & {
    /** Bytes a second, of all its tables that are copied; `null` where none was measured lately. */
    readonly rate: number | null;
    /** At that rate; `null` without one. */
    readonly eta_seconds: number | null;
  })[];
  readonly running: readonly (Awaited<ReturnType<typeof runningJobs>>[number] & {
    readonly rate: number | null;
    readonly bottleneck: string | null;
  })[];
}

export type Viewer = (message: FeedMessage) => void;
type Read = <T>(action: (state: State) => Promise<T>) => Promise<T>;

/** A change that was committed this much later than it was made is not missed. */
const lateMs = 30_000;
const runningShown = 50;
const mostAtOnce = 5000;

export interface FeedOptions {
  /** Runs a query on the store, in a read-only transaction. */
  readonly read: Read;
  readonly onProblem: (problem: unknown) => void;
  /** @default 2000 */
  readonly pollMs?: number;
}

/** Reads the store once for all viewers, and only while there are any. */
export class Feed {
  private readonly viewers = new Set<Viewer>();
  private timer: NodeJS.Timeout | undefined;
  /** Time of the newest change that was sent. */
  private newest = '';
  /** Changes that were sent lately, by job and fence, with their time. */
  private readonly sent = new Map<string, string>();
  private progress = '';
  private watched: readonly string[] = [];
  private isClosed = false;

  constructor(private readonly options: FeedOptions) {}

  get size(): number {
    return this.viewers.size;
  }

  /** Sends what the viewer missed since `lastId`, then everything new. Returns how to leave. */
  async join(viewer: Viewer, lastId: string | undefined): Promise<() => void> {
    const since = lastId !== undefined && isTime(lastId) ? lastId : undefined;
    if (this.viewers.size === 0) {
      this.newest = new Date().toISOString();
      this.sent.clear();
      this.progress = '';
    }
    // Before the replay, so that nothing falls between; a change that comes twice has the same job and fence.
    this.viewers.add(viewer);
    if (since !== undefined) await this.replay(viewer, since);
    else viewer({ event: 'reset', id: this.newest, data: null });
    if (this.progress !== '') viewer({ event: 'progress', data: JSON.parse(this.progress) as Progress });
    if (this.timer === undefined) this.schedule(0);
    return () => {
      this.viewers.delete(viewer);
      if (this.viewers.size > 0) return;
      clearTimeout(this.timer);
      this.timer = undefined;
    };
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.viewers.clear();
  }

  private async replay(viewer: Viewer, since: string): Promise<void> {
    const missed = await this.options.read((state) =>
      jobEventsSince(state, { since: minus(since, lateMs), limit: mostAtOnce }),
    );
    if (missed.length === mostAtOnce) viewer({ event: 'reset', id: this.newest, data: null });
    else for (const each of missed) viewer({ event: 'job', id: each.at, data: each });
  }

  private schedule(afterMs: number): void {
    this.timer = undefined;
    if (this.isClosed || this.viewers.size === 0) return;
    this.timer = setTimeout(() => {
      const began = performance.now();
      void this.poll()
        .catch(this.options.onProblem)
        // A store that answers slowly is asked less often.
        .finally(() => {
          this.schedule(Math.max(this.options.pollMs ?? 2000, 5 * (performance.now() - began)));
        });
    }, afterMs);
  }

  private async poll(): Promise<void> {
    const { events, progress } = await this.options.read(async (state) => ({
      events: await jobEventsSince(state, { since: minus(this.newest, lateMs), limit: mostAtOnce }),
      progress: await progressOf(state, this.watched),
    }));
    for (const each of events) this.sendChange(each);
    for (const [key, at] of this.sent) if (at < minus(this.newest, 2 * lateMs)) this.sent.delete(key);
    // Once more after the last job has ended.
    this.watched = progress.runs.filter(({ jobs }) => jobs.PENDING + jobs.RUNNING > 0).map((run) => run.assessment);
    const text = JSON.stringify(progress);
    if (text === this.progress) return;
    this.progress = text;
    for (const viewer of this.viewers) viewer({ event: 'progress', data: progress });
  }

  private sendChange(change: JobEvent): void {
    const key = `${change.job} ${change.fence}`;
    if (this.sent.has(key)) return;
    this.sent.set(key, change.at);
    if (change.at > this.newest) this.newest = change.at;
    for (const viewer of this.viewers) viewer({ event: 'job', id: change.at, data: change });
  }
}

async function progressOf(state: State, also: readonly string[]): Promise<Progress> {
  const runs = await liveProgress(state, { also });
  const assessments = runs.map(({ assessment }) => assessment);
  const running = await runningJobs(state, { assessments, limit: runningShown });
  const samples = await latestSamples(
    state,
    running.map(({ id }) => id),
  );
  const measured = running.map((job) => {
    const sample = samples.get(job.id);
    return {
      ...job,
      rate: sample?.bytes_per_second ?? null,
      bottleneck: (sample && bottleneckOf(sample)) ?? null,
    };
  });
  return {
    running: measured,
    runs: runs.map((run) => {
      const rates = measured
        .filter(({ assessment }) => assessment === run.assessment)
        .flatMap(({ rate }) => rate ?? []);
      const rate = rates.length === 0 ? null : rates.reduce((sum, each) => sum + each);
      const left = run.bytes_total - run.bytes_done;
      return { ...run, rate, eta_seconds: rate === null || rate === 0 ? null : left / rate };
    }),
  };
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function minus(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}
