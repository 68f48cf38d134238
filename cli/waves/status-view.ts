import { printable } from '../../core/diagnostic.js';
import { dnsMemoryOf } from '../../waves/dns/dns-memory.js';
import { shownContent, shownKey } from '../../waves/dns/records.js';
import { replicationOf, waitsFor } from '../../waves/machines/index.js';
import { alignColumns } from '../text-table.js';
import type { ShownMachine, ShownStatus } from './status.js';

/** For people: counts by wave, then machines, with what they wait for or why they failed. */
export function describeStatus({ waves, machines, messages, deadLetters }: ShownStatus): string {
  const lines = [
    ...(waves.length === 0 ? ['No machine was submitted yet.'] : ['Waves', alignColumns(waves.map(waveRow), 2)]),
    ...(messages > 0
      ? ['', `${messages} machines were submitted and wait for a worker (aws2openstack waves worker).`]
      : []),
    ...(machines.length > 0 ? ['', 'Machines', alignColumns(machines.map(machineRow), 5)] : []),
    ...machines.flatMap(history),
    ...(deadLetters.length > 0 ? ['', 'Refused messages'] : []),
    ...deadLetters.map(({ receivedAt, body, problems }) =>
      printable(`  ${time(receivedAt)}  ${messageOf(problems[0])}  ${body.slice(0, 80)}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function waveRow({ name, machines }: ShownStatus['waves'][number]): readonly string[] {
  const counts = Object.entries(machines).map(([status, count]) => `${count} ${status}`);
  return [printable(name), counts.join(', ')];
}

function machineRow(machine: ShownMachine): readonly string[] {
  const { migrationId, appName, status, statusSince } = machine;
  return [printable(migrationId), printable(appName), status, time(statusSince), printable(remark(machine))];
}

function remark({ status, error, memory }: ShownMachine): string {
  const waits = waitsFor(memory);
  if (status === 'READY' && waits !== null) return `waits for ${waits}`;
  if (status === 'CUT_OVER') return 'waits for the order to finalize or to roll back';
  const { copiedBytes, totalBytes } = replicationOf(memory);
  if (status === 'REPLICATING' && copiedBytes !== null && totalBytes !== null && totalBytes > 0)
    return `${((100 * copiedBytes) / totalBytes).toFixed(0)} % copied`;
  return error === null ? '' : `${error.name}: ${error.message}`;
}

function history({ migrationId, events, memory }: ShownMachine): readonly string[] {
  if (events.length === 0) return [];
  const rows = events.map(({ at, kind, state, message }) => [time(at), kind, state, printable(message)]);
  return [
    '',
    printable(`History of ${migrationId}`),
    alignColumns(rows, 4),
    ...namesOf(migrationId, memory),
    ...leftBy(migrationId, memory['left']),
  ];
}

const stages = { moving: 'being moved', moved: 'moved', restoring: 'being restored', restored: 'restored' };

/** Its DNS records: before and after the cutover. What could not be restored is in the history. */
function namesOf(migrationId: string, memory: ShownMachine['memory']): readonly string[] {
  const dns = dnsMemoryOf(memory);
  if (dns === undefined || dns.moves.length === 0) return [];
  const rows = dns.moves.map((move) =>
    [shownKey(move), shownContent(move.before), '→', shownContent(move.after)].map(printable),
  );
  return ['', printable(`DNS records of ${migrationId}: ${stages[dns.is]}`), alignColumns(rows, 4)];
}

/** The things that a finished migration leaves on purpose, as its service remembers them. */
function leftBy(migrationId: string, left: unknown): readonly string[] {
  const lines = Array.isArray(left) ? left.filter((one) => typeof one === 'string') : [];
  return lines.length === 0
    ? []
    : ['', printable(`Left by ${migrationId}`), ...lines.map((line) => `  ${printable(line)}`)];
}

function messageOf(problem: object | undefined): string {
  return (problem as { readonly message?: string } | undefined)?.message ?? '';
}

function time(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
