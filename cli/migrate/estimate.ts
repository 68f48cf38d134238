import type { ListedJob } from '../../migration/run/index.js';

export interface Estimate {
  readonly objects: number;
  readonly bytes: number;
  /** At the source: a GET for each time that an object is read, one GetObjectTagging, and the listing. */
  readonly requests: number;
  /** US dollars. */
  readonly requestCost: number;
  /** US dollars, to the internet. */
  readonly egressCost: number;
  /** At the given rate, or as many objects take that are too small for it. */
  readonly seconds: number;
  /** Objects in archives: they must be restored first. */
  readonly archived: number;
  /** Tables whose objects another program copies: we read them once more, to prove that. */
  readonly readTwice: number;
}

/** US dollars, us-east-1. Source: Amazon S3 pricing, 'Requests & data retrievals', 'Data transfer'. */
const prices = {
  get: 0.0004 / 1000,
  list: 0.005 / 1000,
  /** A GB, up to so many bytes a month. */
  egress: [
    { upTo: 10e12, gb: 0.09 },
    { upTo: 50e12, gb: 0.085 },
    { upTo: 150e12, gb: 0.07 },
    { upTo: Infinity, gb: 0.05 },
  ],
} as const;

const archives: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Small ones, of a few workers. A worker with two cores copies about 100 to 300 (docs/benchmarks.md). */
const objectsPerSecond = 500;

/** The data to copy for a table, counted or estimated. */
export type CountedJob = Omit<ListedJob, 'key' | 'chosenBy'>;

/** @param rate MB/s, of all workers together */
export function estimateOf(jobs: readonly CountedJob[], rate: number): Estimate {
  const sum = (read: (job: CountedJob) => number): number => jobs.reduce((total, job) => total + read(job), 0);
  const objects = sum((job) => job.objects);
  const bytes = sum((job) => job.bytes ?? 0);
  const reads = ({ engine }: CountedJob): number => (engine === 'stream' ? 1 : 2);
  const bytesRead = sum((job) => reads(job) * (job.bytes ?? 0));
  const gets = sum((job) => (1 + reads(job)) * job.objects);
  const listings = sum(({ requests }) => requests);
  return {
    objects,
    bytes,
    requests: gets + listings,
    requestCost: gets * prices.get + listings * prices.list,
    egressCost: egressCost(bytesRead),
    seconds: Math.max(bytesRead / (rate * 1e6), objects / objectsPerSecond),
    readTwice: jobs.filter((job) => reads(job) > 1).length,
    archived: sum(({ classes }) =>
      Object.entries(classes).reduce((total, [name, count]) => total + (archives.has(name) ? count : 0), 0),
    ),
  };
}

function egressCost(bytes: number): number {
  let [left, from, cost] = [bytes, 0, 0];
  for (const { upTo, gb } of prices.egress) {
    const here = Math.min(left, upTo - from);
    cost += (here / 1e9) * gb;
    left -= here;
    from = upTo;
  }
  return cost;
}
