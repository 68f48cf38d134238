import { printable } from '../../core/diagnostic.js';
import type { Plan } from '../../mappings/index.js';
import { chosenEngine } from '../../migration/run/index.js';
import type { ListedJob, MeasuredRate, NewJob } from '../../migration/run/index.js';
import { alignColumns } from '../text-table.js';
import type { Estimate } from './estimate.js';
import { duration, number, size } from './view.js';

export interface ShownPlan {
  readonly jobs: readonly NewJob[];
  readonly listed: readonly ListedJob[];
  readonly estimate: Estimate;
  readonly rate: { readonly mbPerSecond: number; readonly measured: MeasuredRate | undefined };
  readonly isListed: boolean;
  readonly blocked: Plan['blocked'];
}

/** Rows for people; thousands are for --json. */
const mostRows = 100;

export function describeMigrationPlan({ jobs, listed, estimate, rate, isListed, blocked }: ShownPlan): string {
  const of = new Map(listed.map((each) => [each.key, each]));
  const bytesOf = ({ key }: NewJob): number => of.get(key)?.bytes ?? -1;
  const largestFirst = jobs.toSorted((a, b) => bytesOf(b) - bytesOf(a));
  const rows = largestFirst.slice(0, mostRows).map((job) => {
    const bytes = bytesOf(job);
    return [
      printable(`${job.database}.${job.table}`),
      how(job),
      isListed ? objectsText(of.get(job.key)?.objects ?? 0) : '',
      bytes >= 0 ? size(bytes) : isView(job) ? '' : 'unknown',
    ];
  });
  const { objects, bytes, requests, requestCost, egressCost, seconds, archived, readTwice } = estimate;
  return [
    alignColumns(rows, 2),
    ...(jobs.length > mostRows ? [`  and ${number(jobs.length - mostRows)} more (--json has all)`] : []),
    '',
    isListed
      ? `${objectsText(objects)} of ${size(bytes)}: about ${duration(seconds)} at ${rateText(rate)}`
      : `${size(bytes)} as far as the assessment knows: about ${duration(seconds)} at ${rateText(rate)}`,
    ...(isListed
      ? [
          `${number(requests)} requests to the source for about $${requestCost.toFixed(2)}, and $${egressCost.toFixed(2)} for data to the internet (list prices of us-east-1; KMS keys cost $0.03 for 10,000 objects besides)`,
        ]
      : []),
    ...(readTwice > 0
      ? [
          `${number(readTwice)} ${readTwice === 1 ? 'table is' : 'tables are'} read twice, by rclone or DataSync and to prove the copy; time and costs include that`,
        ]
      : []),
    ...(archived > 0
      ? [
          `${number(archived)} objects are in an archive and are refused until they are restored (aws s3api restore-object)`,
        ]
      : []),
    ...(blocked.length > 0
      ? [
          `${number(blocked.length)} assets are blocked and stay behind; aws2openstack plan lists them with their reasons`,
        ]
      : []),
    '',
    'Next: aws2openstack migrate start hands these tables to workers.',
    '',
  ].join('\n');
}

/** The engine that takes a table, and why. */
function how(job: NewJob): string {
  const { order, jobType } = job;
  const entry = order.entries.at(-1);
  if (isView(job)) return 'view: nothing to copy';
  const { engine: name, chosenBy } = chosenEngine(order.entries);
  const engine = chosenBy === null ? name : `${name} (rule '${printable(chosenBy)}')`;
  if (entry?.method === 'convert-in-place') return `${engine}, then Trino (in place)`;
  if (jobType === 'CONVERT')
    return (entry?.partitionedTable ?? null) === null
      ? `${engine}, then Trino (INSERT)`
      : `${engine}, then Trino (INSERT by partition)`;
  if (entry?.method === 'register') return `${engine}: Iceberg, files checked`;
  if (entry?.method === 'register-rewritten') return `${engine}: Iceberg, its paths rewritten, files checked`;
  return `${engine}: files as they are`;
}

function rateText({ mbPerSecond, measured }: ShownPlan['rate']): string {
  const rate = `${size(mbPerSecond * 1e6)}/s`;
  return measured === undefined
    ? `${rate} (--rate sets another, --measure measures it)`
    : `${rate}, as ${size(measured.bytes)} of the source were read here; the target may be slower`;
}

function objectsText(count: number): string {
  return `${number(count)} ${count === 1 ? 'object' : 'objects'}`;
}

function isView({ order }: NewJob): boolean {
  return order.entries.at(-1)?.phase === 'view';
}
