const days = 24 * 60 * 60;

/** How long a phase may take, and how often it is looked at. In seconds. */
export interface Phase {
  readonly limit: number;
  readonly longestWait: number;
}

/**
 * An execution on AWS has at most 25,000 events, and each look takes nine: test/waves/steps/pace.test.ts adds them up.
 * Source: AWS Step Functions quotas.
 */
export const phases = {
  replication: { limit: 14 * days, longestWait: 1800 },
  test: { limit: 1 * days, longestWait: 300 },
  cutoverOrder: { limit: 21 * days, longestWait: 3600 },
  cutover: { limit: 1 * days, longestWait: 300 },
  finalizeOrder: { limit: 14 * days, longestWait: 3600 },
} as const satisfies Readonly<Record<string, Phase>>;

export const shortestWait = 15;

/** A tenth of the time that has passed, so that what takes long is looked at less often. */
export function nextWait({ longestWait }: Phase, since: Date, now: Date): number {
  const elapsed = (now.getTime() - since.getTime()) / 1000;
  return Math.ceil(Math.min(longestWait, Math.max(shortestWait, elapsed / 10)));
}

export function isOverdue({ limit }: Phase, since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() > limit * 1000;
}
