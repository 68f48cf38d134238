import { useEffect, useState } from 'preact/hooks';
import type { Topic } from '../../server/events/feed.js';
import { Listener } from './listener.js';
import { nothingLive, outdated, withChange } from './live-state.js';
import type { Live } from './live-state.js';

/** How long changes are gathered before lists are read again. */
const gatherMs = 500;

/** Listens while the view is shown and not paused. */
export function useLive(isPaused: boolean): Live {
  const [live, setLive] = useState(nothingLive);
  useEffect(() => {
    if (isPaused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gathered = new Set<Topic>();
    const readAgain = (...topics: readonly Topic[]): void => {
      for (const topic of topics) gathered.add(topic);
      timer ??= setTimeout(() => {
        timer = undefined;
        const all = [...gathered];
        gathered.clear();
        setLive((before) => outdated(before, all));
      }, gatherMs);
    };
    const listener = new Listener({
      connected: (isConnected) => {
        setLive((before) => ({ ...before, isConnected }));
      },
      job: (change) => {
        setLive((before) => withChange(before, change));
        readAgain('jobs');
      },
      progress: (progress) => {
        setLive((before) => ({ ...before, progress }));
      },
      changed: (topics) => {
        readAgain(...topics);
      },
      reset: () => {
        readAgain('jobs', 'validations', 'waves');
      },
    });
    return () => {
      listener.close();
      clearTimeout(timer);
    };
  }, [isPaused]);
  return live;
}
