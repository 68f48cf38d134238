import type { PlannedFiles } from '../../mappings/index.js';
import { isConversion } from '../../registration/index.js';
import type { Outlook } from './outlook.js';

/** Work of people, in days of one person. */
export interface Effort {
  readonly work: string;
  readonly days: number;
  /** The reason for the number of days. */
  readonly because: string;
}

/** Rules of thumb, to be replaced by one's own. */
const days = {
  lakehouse: { small: 3, standard: 8, ha: 15 },
  decision: 0.5,
  blockedTable: 0.1,
  view: 0.1,
  conversion: 0.05,
  wave: 1.5,
  hundredTables: 0.5,
} as const;

export function effortOf({ plan }: Pick<PlannedFiles, 'plan'>, { waves }: Pick<Outlook, 'waves'>): readonly Effort[] {
  const { target, tables, blocked } = plan;
  const decisions = new Set(blocked.map(({ reason }) => reason)).size;
  const views = tables.filter(({ method }) => method === 'view').length;
  const conversions = tables.filter(({ method }) => isConversion(method)).length;
  const effort: readonly Effort[] = [
    {
      work: 'Build the lakehouse',
      days: days.lakehouse[target.topology],
      because: `topology ${target.topology}`,
    },
    {
      work: 'Decide and solve what is blocked',
      days: days.decision * decisions + days.blockedTable * blocked.length,
      because: `${plural(decisions, 'reason')}, ${plural(blocked.length, 'asset')}`,
    },
    { work: 'Compare the answers of views', days: days.view * views, because: plural(views, 'view') },
    {
      work: 'Check converted tables with their users',
      days: days.conversion * conversions,
      because: plural(conversions, 'table'),
    },
    {
      work: 'Validate, and look into differences',
      days: (days.hundredTables * tables.length) / 100,
      because: plural(tables.length, 'table'),
    },
    { work: 'Cut over, wave by wave', days: days.wave * waves.length, because: plural(waves.length, 'wave') },
  ];
  return effort.filter((each) => each.days > 0).map((each) => ({ ...each, days: Math.ceil(each.days * 2) / 2 }));
}

function plural(value: number, noun: string): string {
  return `${value.toLocaleString('en')} ${noun}${value === 1 ? '' : 's'}`;
}
