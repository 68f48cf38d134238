import { printable } from '../../core/diagnostic.js';
import type { PlannedWave, WavePlan } from '../../waves/plan/index.js';
import { alignColumns } from '../text-table.js';

/** For people: what each wave takes, and what the figures rest on. */
export function describePlan({ waves, totals, inputs, conflicts, outside }: WavePlan): string {
  const { price } = inputs;
  const rows = [
    ['wave', 'machines', 'GB', 'copy h', 'cutover h', ...(price === null ? [] : [price.currency])],
    ...waves.map((wave) => row(printable(wave.name), wave)),
    row('total', totals),
  ];
  const assumed = [
    `${inputs.diskGb} GB a machine that does not say`,
    `${inputs.bandwidthMbitPerSecond} Mbit/s`,
    `${inputs.launchMinutes} min a launch`,
    `${inputs.parallelDays} days with both sides`,
    price === null
      ? 'no prices, so no cost'
      : `${price.currency} ${price.perGbMonth} a GB and month, ${price.perMachineHour} a machine and hour, ${price.perGbTransferred} a GB transferred`,
  ];
  return [
    conflicts.length === 0
      ? `${totals.machines} machines in ${waves.length} waves: no conflict was found.`
      : `${totals.machines} machines in ${waves.length} waves: ${conflicts.length} conflicts.`,
    '',
    alignColumns(rows, 1),
    '',
    `Reckoned with ${assumed.join('; ')}.`,
    ...describeOutside(outside),
    '',
  ].join('\n');
}

const mostShown = 20;

function describeOutside(changes: WavePlan['outside']): readonly string[] {
  if (changes.length === 0) return [];
  const lines = changes.flatMap(({ migrationId, dns, cmdb }) => [
    ...(dns === null
      ? []
      : [
          `${migrationId}: ${dns.names.join(', ')} will lead to ${dns.addresses.join(', ') || 'its new address'}${dns.reverseZones.length === 0 ? '' : `, with PTR in ${dns.reverseZones.join(', ')}`}`,
        ]),
    ...(cmdb === null ? [] : [`${migrationId}: the CMDB's record ${cmdb.key} gets ${cmdb.fields.join(', ')}`]),
  ]);
  const more = lines.length - mostShown;
  return [
    '',
    'Changed outside of the machines at their cutovers:',
    ...lines.slice(0, mostShown).map((line) => `  ${printable(line)}`),
    ...(more > 0 ? [`  and ${more} more (--json lists all)`] : []),
  ];
}

function row(
  name: string,
  { machines, gb, copyHours, cutoverHours, cost }: Omit<PlannedWave, 'name'>,
): readonly string[] {
  return [
    name,
    String(machines),
    String(Math.round(gb)),
    copyHours.toFixed(1),
    cutoverHours.toFixed(1),
    ...(cost === null ? [] : [cost.toFixed(2)]),
  ];
}
