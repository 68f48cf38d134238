import { printable } from '../../core/diagnostic.js';
import { endWords, statusWords } from '../../state/index.js';
import type { Bottleneck } from '../../migration/copy/job/index.js';
import type { AttemptEnd, JobStatus, TableProgress, WorkerEvent, WorkerOutcome } from '../../state/index.js';
import { alignColumns } from '../text-table.js';
import type { StartedMigration } from './start.js';
import type { ShownRun } from './status.js';

export function describeStarted({ assessment, started, before }: StartedMigration): string {
  const known = before === 0 ? '' : `, ${tables(before)} had a job before`;
  return `Run of ${assessment}: ${tables(started)} handed to workers${known}

Next: aws2openstack migrate worker --until-done works on them; aws2openstack migrate status shows how far they are.
`;
}

/**
 * One line about a job for the log of a worker; `undefined` for what happens all the time.
 *
 * @param tables names of tables by the ids of their jobs
 */
export function describeEvent(event: WorkerEvent, tables: ReadonlyMap<string, string>): string | undefined {
  const name = 'jobId' in event ? printable(tables.get(event.jobId) ?? event.jobId) : '';
  switch (event.kind) {
    case 'ready':
      return 'The worker is ready.';
    case 'message':
      return `${name}: ${printable(event.message)}`;
    case 'ended':
      if (event.end === 'waiting') return undefined;
      return `${name}: ${endWords[event.end]}${event.reason === undefined ? '' : `: ${indented(event.reason)}`}`;
    case 'began':
    case 'checkpoint':
      return undefined;
  }
}

/** The fields of the same line, for programs. */
export function fieldsOf(event: WorkerEvent, tables: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const { kind } = event;
  if (kind === 'ready' || kind === 'began') return { event: kind };
  const table = tables.get(event.jobId);
  return {
    event: kind,
    job: event.jobId,
    ...(table !== undefined && { table }),
    ...(kind === 'ended' && { end: event.end }),
  };
}

/** Jobs of an assessment that failed or wait for a person. */
export interface Unfinished {
  readonly jobs: number;
  /** That says why, such as `migrate status assessment-1a2b3c`. */
  readonly command: string;
}

export function describeWorker({
  ended,
  abandoned,
  unfinished,
}: WorkerOutcome & { readonly unfinished: readonly Unfinished[] }): string {
  const counts = Object.entries(ended).map(([end, times]) => `${times} ${endWords[end as AttemptEnd]}`);
  if (abandoned > 0) counts.push(`${abandoned} abandoned`);
  const rest = unfinished.map(
    ({ jobs, command }) => `${tables(jobs)} failed or wait for a person: aws2openstack ${command} says why\n`,
  );
  return `Attempts: ${counts.join(', ') || 'none'}\n${rest.join('')}`;
}

export interface RunTotals {
  readonly tables: number;
  readonly byStatus: Readonly<Record<JobStatus, number>>;
  /** Pending and running tables. */
  readonly open: number;
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  /** Tables that are not listed yet: their objects and bytes are not in the totals. */
  readonly unlisted: number;
}

export function totalsOf(all: readonly TableProgress[]): RunTotals {
  const byStatus = { PENDING: 0, RUNNING: 0, PAUSED: 0, COMPLETED: 0, FAILED: 0, CANCELLED: 0 };
  for (const { status } of all) byStatus[status] += 1;
  const sum = (read: (table: TableProgress) => number): number => all.reduce((total, table) => total + read(table), 0);
  return {
    tables: all.length,
    byStatus,
    open: byStatus.PENDING + byStatus.RUNNING,
    objects: sum(({ objects }) => objects ?? 0),
    objectsDone: sum(({ objects_done }) => objects_done),
    bytes: sum(({ bytes }) => bytes ?? 0),
    bytesDone: sum(({ bytes_done }) => bytes_done),
    unlisted: all.filter(({ bytes, status }) => bytes === null && status !== 'COMPLETED').length,
  };
}

/** How far a run is, in one line. `rate` is in bytes a second; `null` where it is not known. */
export function describeProgress(
  assessment: string,
  { tables: count, byStatus, objects, objectsDone, bytes, bytesDone, unlisted }: RunTotals,
  rate: number | null,
): string {
  const states = (['RUNNING', 'PENDING', 'PAUSED', 'FAILED', 'CANCELLED'] as const)
    .filter((status) => byStatus[status] > 0)
    .map((status) => `, ${byStatus[status]} ${statusWords[status]}`);
  const left = bytes - bytesDone;
  return [
    `${assessment}: ${byStatus.COMPLETED} of ${tables(count)} done${states.join('')}`,
    `${size(bytesDone)} of ${size(bytes)}, ${number(objectsDone)} of ${number(objects)} objects`,
    ...(unlisted === 0 ? [] : [`${tables(unlisted)} not listed yet`]),
    ...(rate === null ? [] : [`${size(rate)}/s`]),
    ...(rate !== null && rate > 0 && left > 0 ? [`${duration(left / rate)} left`] : []),
  ].join(' · ');
}

/** For people. Completed tables are counted, and listed with `all`. */
export function describeRun({ assessment, tables: list, rate }: ShownRun, all: boolean): string {
  if (list.length === 0)
    return `${assessment} has no run. aws2openstack migrate start --assessment … --mapping … starts one.\n`;
  const shown = list.filter(({ status }) => all || status !== 'COMPLETED');
  const rows = shown.map(
    ({ database, table, status, phase, objects, objects_done, bytes, bytes_done, gone, failed, refused, ...copy }) => [
      printable(`${database}.${table}`),
      statusWords[status],
      status === 'COMPLETED' ? '' : (phase ?? ''),
      objects === null ? '' : `${number(objects_done)} of ${number(objects)} objects`,
      bytes === null ? '' : `${size(bytes_done)} of ${size(bytes)}`,
      copy.rate === null ? '' : `${size(copy.rate)}/s`,
      [
        copy.bottleneck === null ? [] : waits[copy.bottleneck],
        gone > 0 ? `${number(gone)} gone` : [],
        failed > 0 ? `${number(failed)} failed` : [],
        refused > 0 ? `${number(refused)} refused` : [],
      ]
        .flat()
        .join(', '),
    ],
  );
  const reasons = shown
    .filter(({ error, status }) => error !== null && status !== 'COMPLETED')
    .map(
      ({ database, table, error, next_attempt_seconds: wait }) =>
        `  ${printable(`${database}.${table}`)}: ${indented(error ?? '')}${wait === null ? '' : `\n    next attempt in ${duration(wait)}; aws2openstack migrate retry makes it due now`}`,
    );
  return [
    describeProgress(assessment, totalsOf(list), rate),
    ...(rows.length === 0 ? [] : ['', alignColumns(rows, 3)]),
    ...(reasons.length === 0 ? [] : ['', 'Why', ...reasons]),
    '',
  ].join('\n');
}

const waits: Readonly<Record<Bottleneck, string>> = {
  source: 'waits for the source',
  network: 'waits for the network',
  target: 'waits for the target',
  processor: 'this processor is busy',
  limit: 'at its limit of bandwidth',
};

function indented(text: string): string {
  return text.split('\n').map(printable).join('\n    ');
}

function tables(count: number): string {
  return `${number(count)} ${count === 1 ? 'table' : 'tables'}`;
}

export function number(value: number): string {
  return value.toLocaleString('en');
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal, with three digits. */
export function size(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power] ?? ''}`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
