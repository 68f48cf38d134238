import type { Topic } from '../../server/events/feed.js';
import type { MigrationsProgress } from '../../../figures/progress.js';
import type { JobEvent } from '../../../../state/index.js';
import { signedOut } from './request.js';
import { readSession } from './session.js';

interface Heard {
  readonly connected: (isConnected: boolean) => void;
  readonly job: (change: JobEvent) => void;
  readonly progress: (progress: MigrationsProgress) => void;
  readonly changed: (topics: readonly Topic[]) => void;
  readonly reset: () => void;
}

const againMs = 2000;

/**
 * Listens to server-sent events until it is closed. A browser connects again by itself, and goes on where it was, after a
 * connection that broke; after an answer that is an error, such as while the store or the dashboard restarts, it gives up, and
 * this goes on from the last event. A page that nobody sees does not listen, because a browser has few connections to a server.
 */
export class Listener {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;
  private last = '';

  constructor(private readonly heard: Heard) {
    document.addEventListener('visibilitychange', this.followVisibility);
    this.followVisibility();
  }

  close(): void {
    this.isClosed = true;
    document.removeEventListener('visibilitychange', this.followVisibility);
    this.disconnect();
  }

  private readonly followVisibility = (): void => {
    if (document.hidden) {
      this.disconnect();
      this.heard.connected(false);
    } else if (this.source === undefined && this.timer === undefined) this.connect();
  };

  private disconnect(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private connect(): void {
    const source = new EventSource(
      this.last === '' ? '/api/events' : `/api/events?last=${encodeURIComponent(this.last)}`,
    );
    this.source = source;
    source.onopen = () => {
      this.heard.connected(true);
    };
    source.onerror = () => {
      this.heard.connected(false);
      if (source.readyState === EventSource.CLOSED) this.connectLater();
    };
    const hear = (event: string, tell: (data: never) => void): void => {
      source.addEventListener(event, ({ data, lastEventId }: MessageEvent<string>) => {
        if (lastEventId !== '') this.last = lastEventId;
        tell(JSON.parse(data) as never);
      });
    };
    hear('job', this.heard.job);
    hear('progress', this.heard.progress);
    hear('changed', this.heard.changed);
    hear('reset', this.heard.reset);
  }

  private connectLater(): void {
    this.disconnect();
    this.timer = setTimeout(() => {
      void this.isSignedIn().then((isSignedIn) => {
        if (this.isClosed) return;
        this.timer = undefined;
        if (document.hidden) return;
        if (isSignedIn === undefined) this.connectLater();
        else if (isSignedIn) this.connect();
        else dispatchEvent(new Event(signedOut));
      });
    }, againMs);
  }

  /** `undefined` where nobody answers. */
  private async isSignedIn(): Promise<boolean | undefined> {
    try {
      return (await readSession()).role !== null;
    } catch {
      return undefined;
    }
  }
}
