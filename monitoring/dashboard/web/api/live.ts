import { useEffect, useState } from 'preact/hooks';
import type { Progress } from '../../server/events/feed.js';
import type { JobEvent } from '../../../../state/index.js';
import { Listener } from './listener.js';

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

/** Listens while the view is shown and not paused. */
export function useLive(isPaused: boolean): Live {
  const [live, setLive] = useState(nothingLive);
  useEffect(() => {
    if (isPaused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAgain = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setLive((before) => ({ ...before, version: before.version + 1 }));
      }, gatherMs);
    };
    const listener = new Listener({
      connected: (isConnected) => {
        setLive((before) => ({ ...before, isConnected }));
      },
      job: (change) => {
        setLive((before) => withChange(before, change));
        readAgain();
      },
      progress: (progress) => {
        setLive((before) => ({ ...before, progress }));
      },
      reset: readAgain,
    });
    return () => {
      listener.close();
      clearTimeout(timer);
    };
  }, [isPaused]);
  return live;
}
