import type { Progress } from '../../server/events/feed.js';
import type { JobEvent } from '../../../../state/index.js';
import { signedOut } from './request.js';
import { readSession } from './session.js';

interface Heard {
  readonly connected: (isConnected: boolean) => void;
  readonly job: (change: JobEvent) => void;
  readonly progress: (progress: Progress) => void;
  readonly reset: () => void;
}

const againMs = 2000;

/**
 * Listens to server-sent events until it is closed. A browser connects again by itself, and goes on where it was, after a
 * connection that broke; after an answer that is an error, such as of a proxy while the dashboard restarts, it gives up.
 */
export class Listener {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(private readonly heard: Heard) {
    this.connect();
  }

  close(): void {
    this.isClosed = true;
    this.source?.close();
    clearTimeout(this.timer);
  }

  private connect(): void {
    const source = new EventSource('/api/events');
    this.source = source;
    source.onopen = () => {
      this.heard.connected(true);
    };
    source.onerror = () => {
      this.heard.connected(false);
      if (source.readyState === EventSource.CLOSED) this.connectLater();
    };
    source.addEventListener('job', ({ data }: MessageEvent<string>) => {
      this.heard.job(JSON.parse(data) as JobEvent);
    });
    source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      this.heard.progress(JSON.parse(data) as Progress);
    });
    source.addEventListener('reset', this.heard.reset);
  }

  private connectLater(): void {
    this.timer = setTimeout(() => {
      void this.isSignedIn().then((isSignedIn) => {
        if (this.isClosed) return;
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
