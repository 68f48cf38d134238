import { jobEventsSince, storeStamps, storeTime } from '../../../../state/index.js';
import type { JobEvent, State, StoreStamps } from '../../../../state/index.js';
import { liveAssessments } from '../../../../state/repositories/live-progress.js';
import { progressOf } from '../../../figures/progress.js';
import type { MigrationsProgress } from '../../../figures/progress.js';

/** The part of the store that a list of a view is about. */
export type Topic = 'jobs' | keyof StoreStamps;

/** A message to a viewer. Jobs have an id, from which a viewer that was cut off continues. */
export type FeedMessage =
  | { readonly event: 'job'; readonly id: string; readonly data: JobEvent }
  | { readonly event: 'progress'; readonly data: MigrationsProgress }
  /** Lists about these topics are out of date. Of jobs, where more than the changes that are sent may be missing. */
  | { readonly event: 'changed'; readonly data: readonly Topic[] }
  /** More happened than can be sent again: the viewer reads everything anew. */
  | { readonly event: 'reset'; readonly id: string; readonly data: null };

/** Takes what is sent at once, in its order. */
export type Viewer = (messages: readonly FeedMessage[]) => void;
type Read = <T>(action: (state: State) => Promise<T>) => Promise<T>;

const stamped = ['validations', 'waves'] as const satisfies readonly Topic[];
const topics: readonly Topic[] = ['jobs', ...stamped];
const runningShown = 50;
const mostAtOnce = 5000;

export interface FeedOptions {
  /** Runs a query on the store, in a read-only transaction. */
  readonly read: Read;
  readonly onProblem: (problem: unknown) => void;
  /** @default 2000 */
  readonly pollMs?: number;
  /**
   * A change that was committed this much later than it was made is not missed.
   * @default 30000
   */
  readonly lateMs?: number;
}

/** Reads the store once for all viewers, and only while there are any. */
export class Feed {
  private readonly viewers = new Set<Viewer>();
  private timer: NodeJS.Timeout | undefined;
  private isPolling = false;
  /** Time of the newest change that was sent. */
  private newest = '';
  /** Changes that were sent lately, by job and fence, with their time. */
  private readonly sent = new Map<string, string>();
  /** Changes after this time are read next; `undefined` before the first read. */
  private readFrom: string | undefined;
  /** When viewers are told once more to read everything, because a change may have been committed after they did. */
  private resetAgainAt: string | undefined;
  private progress = '';
  private watched: readonly string[] = [];
  private stamps: StoreStamps | undefined;
  private isClosed = false;
  /** Of the last read, so that a store that cannot be read for an hour is not told 1,800 times. */
  private lastProblem = '';

  private readonly lateMs: number;

  constructor(private readonly options: FeedOptions) {
    this.lateMs = options.lateMs ?? 30_000;
  }

  get size(): number {
    return this.viewers.size;
  }

  /** Sends what the viewer missed since `lastId`, then everything new. Returns how to leave. */
  async join(viewer: Viewer, lastId: string | undefined): Promise<() => void> {
    const since = lastId !== undefined && isTime(lastId) ? lastId : undefined;
    if (this.viewers.size === 0) {
      this.newest = new Date().toISOString();
      this.sent.clear();
      this.readFrom = undefined;
      this.resetAgainAt = undefined;
      this.progress = '';
      this.stamps = undefined;
    }
    // Before the replay, so that nothing falls between; a change that comes twice has the same job and fence.
    this.viewers.add(viewer);
    try {
      if (since !== undefined) await this.replay(viewer, since);
      else viewer([{ event: 'reset', id: this.newest, data: null }]);
    } catch (error) {
      this.leave(viewer);
      throw error;
    }
    if (this.progress !== '') viewer([{ event: 'progress', data: JSON.parse(this.progress) as MigrationsProgress }]);
    if (this.timer === undefined) this.schedule(0);
    return () => {
      this.leave(viewer);
    };
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.viewers.clear();
  }

  private leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
    if (this.viewers.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async replay(viewer: Viewer, since: string): Promise<void> {
    const missed = await this.options.read((state) =>
      jobEventsSince(state, { since: minus(since, this.lateMs), limit: mostAtOnce }),
    );
    if (missed.length === mostAtOnce) viewer([{ event: 'reset', id: this.newest, data: null }]);
    // Only others were told what else has changed meanwhile.
    else viewer([...missed.map(messageOf), { event: 'changed', data: topics }]);
    // Nobody else misses them then.
    if (this.viewers.size === 1) for (const change of missed) this.sent.set(keyOf(change), change.at);
  }

  private schedule(afterMs: number): void {
    this.timer = undefined;
    if (this.isClosed || this.isPolling || this.viewers.size === 0) return;
    this.timer = setTimeout(() => {
      const began = performance.now();
      this.timer = undefined;
      this.isPolling = true;
      void this.poll()
        .then(
          () => {
            this.lastProblem = '';
          },
          (error: unknown) => {
            this.tell(error);
          },
        )
        // A store that answers slowly is asked less often.
        .finally(() => {
          this.isPolling = false;
          this.schedule(Math.max(this.options.pollMs ?? 2000, 5 * (performance.now() - began)));
        });
    }, afterMs);
  }

  private async poll(): Promise<void> {
    const { now, events, progress, stamps } = await this.options.read(async (state) => {
      const now = await storeTime(state);
      const since = this.readFrom ?? minus(now, this.lateMs);
      return {
        now,
        events: await jobEventsSince(state, { since, limit: mostAtOnce }),
        progress: await progressOf(state, await liveAssessments(state, { also: this.watched })),
        stamps: await storeStamps(state),
      };
    });
    if (events.length === mostAtOnce) {
      this.resetViewers(now);
      this.resetAgainAt = minus(now, -this.lateMs);
    } else {
      this.sendChanges(events);
      this.readFrom = latest(this.readFrom, minus(now, this.lateMs));
    }
    if (this.resetAgainAt !== undefined && this.resetAgainAt <= now) {
      this.resetViewers(now);
      this.resetAgainAt = undefined;
    }
    for (const [key, at] of this.sent) if (at < minus(now, 2 * this.lateMs)) this.sent.delete(key);
    // Once more after the last job has ended.
    this.watched = progress.runs.filter(({ jobs }) => jobs.PENDING + jobs.RUNNING > 0).map((run) => run.assessment);
    this.sendTopics(stamps);
    this.sendProgress({ ...progress, running: progress.running.slice(0, runningShown) });
  }

  /** All for the first time, and after the store could not be read: viewers may have read something older, or nothing. */
  private sendTopics(stamps: StoreStamps): void {
    const { stamps: before } = this;
    const changed = before === undefined ? topics : stamped.filter((topic) => stamps[topic] !== before[topic]);
    this.stamps = stamps;
    if (changed.length > 0) this.send([{ event: 'changed', data: changed }]);
  }

  private sendProgress(progress: MigrationsProgress): void {
    const text = JSON.stringify(progress);
    if (text === this.progress) return;
    this.progress = text;
    this.send([{ event: 'progress', data: progress }]);
  }

  private tell(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== this.lastProblem) this.options.onProblem(error);
    this.lastProblem = problem;
    this.stamps = undefined;
  }

  /** Has viewers read everything again: too much has happened to send it. */
  private resetViewers(now: string): void {
    this.newest = now;
    this.readFrom = now;
    this.send([{ event: 'reset', id: now, data: null }]);
  }

  private sendChanges(changes: readonly JobEvent[]): void {
    const fresh = changes.filter((change) => !this.sent.has(keyOf(change)));
    if (fresh.length === 0) return;
    for (const change of fresh) {
      this.sent.set(keyOf(change), change.at);
      if (change.at > this.newest) this.newest = change.at;
    }
    this.send(fresh.map(messageOf));
  }

  private send(messages: readonly FeedMessage[]): void {
    for (const viewer of this.viewers) viewer(messages);
  }
}

function keyOf({ job, fence }: JobEvent): string {
  return `${job} ${fence}`;
}

function messageOf(change: JobEvent): FeedMessage {
  return { event: 'job', id: change.at, data: change };
}

function isTime(text: string): boolean {
  return /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function latest(one: string | undefined, other: string): string {
  return one !== undefined && one > other ? one : other;
}

function minus(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}
