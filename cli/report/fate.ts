import { compareText } from '../../core/canonical-json.js';
import { formatBytes } from '../../core/format-bytes.js';
import type { PlannedFiles } from '../../mappings/index.js';
import type { Block, Text } from '../../papers/index.js';
import { number } from '../migrate/view.js';
import { bytesOf } from './outlook.js';

type Plan = PlannedFiles['plan'];

const mostReasons = 12;
const mostRemarks = 8;

const fates: Readonly<Record<Plan['tables'][number]['method'], { readonly label: string; readonly why: string }>> = {
  external: {
    label: 'files stay as they are',
    why: 'Trino reads this format where it lies; the files are copied unchanged.',
  },
  register: { label: 'stays Iceberg', why: 'Iceberg is the target’s own format; history and snapshots move along.' },
  'register-rewritten': {
    label: 'stays Iceberg, new paths',
    why: 'Iceberg, but its files name the old bucket; the names are replaced.',
  },
  convert: { label: 'becomes Iceberg', why: 'The mapping asks for Iceberg: copied first, then rewritten by Trino.' },
  'convert-in-place': {
    label: 'becomes Iceberg in place',
    why: 'The mapping asks for Iceberg over the copied files, which stay as they are.',
  },
  view: { label: 'view', why: 'No data of its own; its query is made again at the target.' },
  alias: { label: 'link to a table', why: 'A link in Glue; it becomes a view of the table that it points to.' },
};

/** The fate of each asset, with the reasons and the blocked ones. */
export function fateBlocks(plan: Plan): readonly Block[] {
  const groups = [...Map.groupBy(plan.tables, ({ method }) => method)].sort(([, a], [, b]) => b.length - a.length);
  const { skipped, blocked } = plan.totals.table;
  return [
    { kind: 'heading', text: 'What becomes of it, and why' },
    {
      kind: 'bars',
      bars: [
        ...groups.map(([method, tables]) => ({
          label: fates[method].label,
          value: tables.length,
          shown: number(tables.length),
          tone: 'good' as const,
        })),
        { label: 'stays behind on purpose', value: skipped, shown: number(skipped), tone: 'plain' as const },
        { label: 'blocked', value: blocked, shown: number(blocked), tone: 'bad' as const },
      ],
    },
    {
      kind: 'table',
      columns: [
        { title: 'Outcome', width: 2.2 },
        { title: 'Why', width: 5 },
        { title: 'Tables', width: 1, align: 'right' },
        { title: 'Size', width: 1.2, align: 'right' },
      ],
      rows: groups.map(([method, tables]) => [
        fates[method].label,
        fates[method].why,
        number(tables.length),
        formatBytes(bytesOf(tables)),
      ]),
    },
    ...remarkBlocks(plan.tables),
    ...reasonBlocks('What is blocked, and what that takes', 'Reason, and what it takes', plan.blocked),
    ...reasonBlocks('What stays behind', 'Reason', plan.skipped),
  ];
}

function remarkBlocks(tables: Plan['tables']): readonly Block[] {
  const counts = [
    ...Map.groupBy(
      tables.flatMap(({ remarks }) => [...new Set(remarks.map(({ text }) => text))]),
      (text) => text,
    ),
  ].sort(([a, one], [b, other]) => other.length - one.length || compareText(a, b));
  if (counts.length === 0) return [];
  const rest = counts.length - mostRemarks;
  return [
    { kind: 'subheading', text: 'What their users may notice' },
    {
      kind: 'table',
      columns: [
        { title: 'Change', width: 7 },
        { title: 'Tables', width: 1, align: 'right' },
      ],
      rows: counts.slice(0, mostRemarks).map(([text, group]) => [text, number(group.length)]),
      ...(rest > 0 && { note: [`${number(rest)} more: `, { code: 'aws2openstack plan' }, ' lists them.'] }),
    },
  ];
}

function reasonBlocks(title: string, column: string, items: Plan['blocked']): readonly Block[] {
  const groups = [...Map.groupBy(items, ({ reason }) => reason)].sort(
    ([a, one], [b, other]) => other.length - one.length || compareText(a, b),
  );
  if (groups.length === 0) return [];
  const rest = groups.slice(mostReasons).reduce((sum, [, group]) => sum + group.length, 0);
  return [
    { kind: 'heading', text: title },
    {
      kind: 'table',
      columns: [
        { title: column, width: 5 },
        { title: 'For example', width: 3 },
        { title: 'Assets', width: 1, align: 'right' },
      ],
      rows: groups.slice(0, mostReasons).map(([reason, group]) => [reason, example(group), number(group.length)]),
      ...(rest > 0 && {
        note: [`${number(rest)} more assets: `, { code: 'aws2openstack plan --json' }, ' has all of them.'],
      }),
    },
  ];
}

function example(group: Plan['blocked']): Text {
  return [{ code: group[0]?.key.replace(/^[a-z]+:/, '') ?? '' }];
}
