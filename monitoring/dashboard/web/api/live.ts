import { useEffect, useState } from 'preact/hooks';
import type { Progress } from '../../server/events/feed.js';
import type { JobEvent } from '../../../../state/index.js';

export interface Live {
  readonly isConnected: boolean;
  readonly progress: Progress | undefined;
  /** The newest changes first, each once. */
  readonly changes: readonly JobEvent[];
  /** Grows when lists that depend on jobs should be read again. */
  readonly version: number;
}

export const nothingLive: Live = { isConnected: false, progress: undefined, changes: [], version: 0 };
const changesKept = 100;

export function withChange(live: Live, change: JobEvent): Live {
  const isKnown = live.changes.some(({ job, fence }) => job === change.job && fence === change.fence);
  if (isKnown) return live;
  return {
    ...live,
    changes: [change, ...live.changes].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, changesKept),
  };
}

/** How long changes are gathered before lists are read again. */
const gatherMs = 500;

/** Listens while the view is shown and not paused; the browser connects again by itself, and goes on where it was. */
export function useLive(isPaused: boolean): Live {
  const [live, setLive] = useState(nothingLive);
  useEffect(() => {
    if (isPaused) return;
    const source = new EventSource('/api/events');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setLive((before) => ({ ...before, version: before.version + 1 }));
      }, gatherMs);
    };
    source.onopen = () => {
      setLive((before) => ({ ...before, isConnected: true }));
    };
    source.onerror = () => {
      setLive((before) => ({ ...before, isConnected: false }));
    };
    source.addEventListener('job', ({ data }: MessageEvent<string>) => {
      setLive((before) => withChange(before, JSON.parse(data) as JobEvent));
      readAgain();
    });
    source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      setLive((before) => ({ ...before, progress: JSON.parse(data) as Progress }));
    });
    source.addEventListener('reset', readAgain);
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [isPaused]);
  return live;
}
