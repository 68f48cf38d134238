import { formatBytes } from '../../core/format-bytes.js';
import type { Block, Text } from '../../papers/index.js';
import { duration, number } from '../migrate/view.js';
import type { Outlook, Wave } from './outlook.js';

/** Requests, egress, duration and waves. @param rate MB/s */
export function timeBlocks({ estimate, waves, unknownSizes }: Outlook, rate: number): readonly Block[] {
  const { bytes, objects, requests, requestCost, egressCost, seconds } = estimate;
  const missing = unknownSizes === 0 ? '' : ` Not in it: ${number(unknownSizes)} tables whose size is unknown.`;
  return [
    { kind: 'heading', text: 'Time and cost of the move' },
    {
      kind: 'facts',
      facts: [
        { label: 'Data to copy', value: `${formatBytes(bytes)}.${missing}` },
        { label: 'Duration', value: `${duration(seconds)} at ${number(rate)} MB/s, without pauses` },
        { label: 'Data out of AWS', value: `${dollars(egressCost)} to the internet; less over Direct Connect` },
        {
          label: 'Requests at AWS',
          value: `${number(requests)} for ${dollars(requestCost)}, if there are about ${number(objects)} objects (guessed; confidence: low)`,
        },
      ],
    },
    {
      kind: 'text',
      text: [
        'Prices are list prices of us-east-1. ',
        { code: 'aws2openstack migrate plan' },
        ' lists the buckets and gives exact figures.',
      ],
    },
    ...waveBlocks(waves),
  ];
}

function waveBlocks(waves: readonly Wave[]): readonly Block[] {
  if (waves.length === 0) return [];
  return [
    { kind: 'heading', text: 'Waves' },
    {
      kind: 'text',
      text: 'Databases move one after the other, the largest first, because it takes longest to copy; each is validated and cut over by itself. The small ones go together at the end.',
    },
    {
      kind: 'table',
      columns: [
        { title: 'Wave', width: 'auto' },
        { title: 'Databases', width: 6 },
        { title: 'Tables', width: 1, align: 'right' },
        { title: 'Size', width: 1.3, align: 'right' },
        { title: 'Copying', width: 1.3, align: 'right' },
      ],
      rows: waves.map(({ databases, tables, bytes, seconds }, index) => [
        String(index + 1),
        named(databases),
        number(tables),
        formatBytes(bytes),
        duration(seconds),
      ]),
    },
  ];
}

const mostNames = 6;

function named(databases: readonly string[]): Text {
  const rest = databases.length - mostNames;
  const shown = databases.slice(0, mostNames).flatMap((name, index) => [index === 0 ? '' : ', ', { code: name }]);
  return rest > 0 ? [...shown, ` and ${number(rest)} more`] : shown;
}

function dollars(value: number): string {
  if (value > 0 && value < 0.01) return 'less than $0.01';
  return `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
