import type { Topic } from '../../server/events/feed.js';
import type { MigrationsProgress } from '../../../figures/progress.js';
import type { JobEvent } from '../../../../state/index.js';

export interface Live {
  readonly isConnected: boolean;
  readonly progress: MigrationsProgress | undefined;
  /** The newest changes first, each once. */
  readonly changes: readonly JobEvent[];
  /** Each grows when lists about the topic should be read again. */
  readonly versions: Readonly<Record<Topic, number>>;
}

export const nothingLive: Live = {
  isConnected: false,
  progress: undefined,
  changes: [],
  versions: { jobs: 0, validations: 0, waves: 0 },
};
const changesKept = 100;

export function withChange(live: Live, change: JobEvent): Live {
  const isKnown = live.changes.some(({ job, fence }) => job === change.job && fence === change.fence);
  if (isKnown) return live;
  return {
    ...live,
    changes: [change, ...live.changes].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, changesKept),
  };
}

export function outdated(live: Live, topics: Iterable<Topic>): Live {
  const versions = { ...live.versions };
  for (const topic of topics) versions[topic] += 1;
  return { ...live, versions };
}
