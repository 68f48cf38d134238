import { formatBytes } from '../../core/format-bytes.js';
import type { PlannedFiles } from '../../mappings/index.js';
import type { Block, Paper } from '../../papers/index.js';
import { number } from '../migrate/view.js';
import { capacityBlocks } from './capacity.js';
import { effortOf } from './effort.js';
import { fateBlocks } from './fate.js';
import { inventoryBlocks } from './inventory.js';
import type { Outlook } from './outlook.js';
import { riskBlocks } from './risks.js';
import { timeBlocks } from './time-and-cost.js';

/** The migration report for decision-makers: short, and without words that only engineers know. Pure. @param rate MB/s */
export function decisionPaper(planned: PlannedFiles, outlook: Outlook, rate: number): Paper {
  const { plan, assessment, template } = planned;
  const { source } = plan;
  return {
    title: 'From AWS to OpenStack',
    subtitle: `The data lake of account ${source.accountId ?? 'unknown'}, ${source.region}`,
    date: source.assessedAt,
    about: [
      { label: 'Assessed', value: `${source.assessedAt.slice(0, 10)} by aws2openstack ${assessment.toolVersion}` },
      { label: 'Decided by', value: ['the mapping ', { code: template.name }] },
      { label: 'State', value: 'Nothing has been changed yet. This paper says what would be.' },
    ],
    blocks: [
      ...summaryBlocks(planned, outlook),
      ...inventoryBlocks(assessment),
      ...fateBlocks(plan),
      ...capacityBlocks(plan),
      ...timeBlocks(outlook, rate),
      ...riskBlocks(planned, outlook),
      ...effortBlocks(planned, outlook),
    ],
  };
}

function summaryBlocks({ plan, assessment }: PlannedFiles, { estimate, databases }: Outlook): readonly Block[] {
  const { assessed, mapped, skipped, blocked } = plan.totals.table;
  const counts = `Of ${number(assessed)} tables and views, ${number(mapped)} can move as the mapping stands, ${number(skipped)} stay behind on purpose, and ${number(blocked)} are blocked until somebody decides or changes them.`;
  return [
    {
      kind: 'callout',
      tone: blocked === 0 ? 'good' : 'caution',
      title: blocked === 0 ? 'Everything that is wanted can move.' : 'Most of it is decided; some of it needs you.',
      text: counts,
    },
    {
      kind: 'tiles',
      tiles: [
        { value: number(assessment.databases.length), label: 'databases' },
        { value: number(assessed), label: 'tables and views' },
        { value: formatBytes(estimate.bytes), label: `to copy, from ${number(databases.length)} databases` },
        { value: `${Math.round((100 * mapped) / Math.max(1, assessed))} %`, label: 'of the tables can move now' },
      ],
    },
  ];
}

function effortBlocks(planned: PlannedFiles, outlook: Outlook): readonly Block[] {
  const effort = effortOf(planned, outlook);
  const total = effort.reduce((sum, { days }) => sum + days, 0);
  return [
    { kind: 'heading', text: 'Effort' },
    {
      kind: 'text',
      text: `About ${Math.round(total)} days of work for people, by rules of thumb that do not know your organisation (confidence: low). Copying and checking run by themselves meanwhile.`,
    },
    {
      kind: 'bars',
      bars: effort.map(({ work, days, because }) => ({
        label: `${work} (${because})`,
        value: days,
        shown: `${days} ${days === 1 ? 'day' : 'days'}`,
      })),
    },
  ];
}
