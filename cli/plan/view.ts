import { compareText } from '../../core/canonical-json.js';
import { printable } from '../../core/diagnostic.js';
import type { Plan, PlanChange, PlannedFiles } from '../../mappings/index.js';
import { describeLakehouse } from '../lakehouse-view.js';
import { alignColumns } from '../text-table.js';

/** More assets than a person reads on a terminal; `--output` and `--json` have all of them. */
const maxAssets = 20;

/** For people. `output` is the file that the complete Plan was written to, if any. */
export function describePlan({ plan, template }: Pick<PlannedFiles, 'plan' | 'template'>, output?: string): string {
  const { source, totals, tables, blocked, skipped } = plan;
  const idle = idleRules(plan, template.rules);
  return [
    printable(
      `Plan of ${source.region}${source.accountId === null ? '' : ` (account ${source.accountId})`}, assessed ${source.assessedAt}, by the template '${template.name}'`,
    ),
    '',
    alignColumns(
      [
        ['', 'assessed', 'mapped', 'skipped', 'blocked'],
        ...(['bucket', 'database', 'table', 'partition'] as const).map((kind) => {
          const { assessed, mapped, skipped: left, blocked: stuck } = totals[kind];
          return [`${kind}s`, ...[assessed, mapped, left, stuck].map(String)];
        }),
      ],
      1,
    ),
    '',
    'Tables by catalog and method',
    alignColumns(
      countBy(tables, ({ catalog, method }) => `${catalog}\u0000${method}`).map(([key, count]) => [
        ...key.split('\u0000'),
        String(count),
      ]),
      2,
    ),
    '',
    describeLakehouse(plan),
    ...section('Blocked', blocked),
    ...section('Skipped', skipped),
    ...remarkSection(tables),
    ...helperSection(tables),
    ...(idle.length === 0 ? [] : ['', 'Unused rules', ...idle.map((name) => `  ${printable(name)}`)]),
    ...(output === undefined ? [] : ['', `The complete Plan is in ${output}.`]),
    '',
    'Next: aws2openstack explain <asset> shows why; aws2openstack synth writes the Terraform.',
    '',
  ].join('\n');
}

/** Each remark once, with the number of its tables; most first. */
function remarkSection(tables: Plan['tables']): string[] {
  const counts = countBy(
    tables.flatMap(({ remarks }) => [...new Set(remarks.map(({ text }) => text))]),
    (text) => text,
  ).sort(([a, countA], [b, countB]) => countB - countA || compareText(a, b));
  if (counts.length === 0) return [];
  const rest = counts.length - maxAssets;
  return [
    '',
    'Remarks on mapped tables',
    ...counts
      .slice(0, maxAssets)
      .map(([text, count]) => `  ${printable(text)}: ${count} ${count === 1 ? 'table' : 'tables'}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

function helperSection(tables: Plan['tables']): string[] {
  const helpers = tables.flatMap((table) => table.helpers);
  if (helpers.length === 0) return [];
  const titles = {
    raw: 'with the text behind typed views; they stay',
    staging: 'that converted tables are filled from; dropped after the load is validated',
  };
  return [
    '',
    'Helper tables, which only administrators reach',
    ...countBy(helpers, ({ purpose }) => purpose).map(
      ([purpose, count]) => `  ${count} ${titles[purpose as keyof typeof titles]}`,
    ),
  ];
}

/** Assets with their reasons under a title, at most `maxAssets` of them. */
function section(title: string, items: Plan['blocked']): string[] {
  if (items.length === 0) return [];
  const lines = items.slice(0, maxAssets).map(({ key, reason }) => `  ${printable(key)}: ${printable(reason)}`);
  const rest = items.length - lines.length;
  return [
    '',
    `${title} (${items.length})`,
    ...lines,
    ...(rest > 0 ? [`  … and ${rest} more: use --output FILE or --json to see all`] : []),
  ];
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): [string, number][] {
  return [...Map.groupBy(items, keyOf)]
    .map(([key, group]): [string, number] => [key, group.length])
    .sort(([a], [b]) => compareText(a, b));
}

function idleRules(
  { buckets, databases, tables, skipped, blocked }: Plan,
  rules: PlannedFiles['template']['rules'],
): string[] {
  const used = new Set(
    [...buckets, ...databases, ...tables, ...skipped, ...blocked].map(({ rule }) =>
      rule === null ? '' : `${rule.template}\u0000${rule.name}`,
    ),
  );
  return rules
    .filter(({ name, origin }) => !used.has(`${origin.template}\u0000${name}`))
    .map(({ name, origin }) => `${name} (${origin.file}:${origin.line})`);
}

/** For people. `other` names what the Plan was compared with. */
export function describeChanges(changes: readonly PlanChange[], other: string): string {
  if (changes.length === 0) return `No differences from ${other}.\n`;
  const side = (mark: string, summary: PlanChange['before']): string[] =>
    summary === undefined
      ? []
      : [
          `  ${mark} ${summary.outcome}: ${printable(summary.what)}${summary.rule === null ? '' : ` [rule: ${printable(summary.rule)}]`}`,
        ];
  return `${changes
    .flatMap(({ key, before, after }) => [printable(key), ...side('-', before), ...side('+', after)])
    .join('\n')}\n\n${countKinds(changes)} ${changes.length === 1 ? 'differs' : 'differ'} from ${other}.\n`;
}

/** Such as `3 assets, 1 setting`. */
function countKinds(changes: readonly PlanChange[]): string {
  const kindOf = ({ key }: PlanChange): string => /^(setting|grant)/.exec(key)?.[1] ?? 'asset';
  return [...Map.groupBy(changes, kindOf)]
    .map(([kind, group]) => `${group.length} ${kind}${group.length === 1 ? '' : 's'}`)
    .join(', ');
}
