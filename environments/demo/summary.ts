import { formatBytes } from '../../core/format-bytes.js';
import { printable } from '../../core/diagnostic.js';
import type { Assessment } from '../../assessments/index.js';
import type { Plan, planDocument } from '../../mappings/index.js';

/** The document that `aws2openstack plan --output` writes. */
type PlanDocument = ReturnType<typeof planDocument>;

type Item = PlanDocument['items'][number];

export interface DemoOutcome {
  readonly assessment: Pick<Assessment, 'summary' | 'findings'>;
  readonly plan: PlanDocument;
  /** Names of the stacks that `terraform validate` accepted. */
  readonly stacks: readonly string[];
  /** Resources by stack. */
  readonly resources: Readonly<Record<string, number>>;
  readonly folder: string;
  readonly seconds: number;
}

const topReasons = 24;

/** Summarizes the findings, the fate of the assets, the blocked ones and why, the files, and what to run next. */
export function summarize({ assessment, plan, stacks, resources, folder, seconds }: DemoOutcome): string {
  return [
    ...heading('Found', found(assessment)),
    ...heading('Where it goes', [...totals(plan.totals), '', ...destinations(plan.items)]),
    ...heading('Blocked, and why', reasons(plan.items, 'blocked')),
    ...heading('Skipped, and why', reasons(plan.items, 'skipped')),
    ...heading('Terraform', [
      ...stacks.map((stack) => `${stack}: ${resources[stack] ?? 0} resources; init and validate passed`),
    ]),
    ...heading('Files', [
      `${folder}/glue-catalog-assessment.md     the assessment, for people`,
      `${folder}/glue-catalog-assessment.json   the same for programs, with partitions in a file beside it`,
      `${folder}/plan.json                      what every asset becomes, and by which rule`,
      `${folder}/cdktf.out/stacks/              the Terraform, and the manifest of schemas and tables`,
    ]),
    ...heading('Next', [
      `npx aws2openstack explain --assessment ${folder} sales.orders`,
      `npx aws2openstack plan --assessment ${folder} --mapping everything-to-iceberg --diff default`,
      `npx aws2openstack synth --assessment ${folder} --mapping ceph-team-databases --output out/demo-ceph`,
      'npx aws2openstack assess glue-catalog --region REGION --output-dir out/mine     your own catalog',
    ]),
    '',
    `The demo took ${seconds} s.`,
    '',
  ].join('\n');
}

function heading(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}

function found({ summary, findings }: DemoOutcome['assessment']): string[] {
  const formats = Object.entries(summary.tablesByFormat)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([format, count]) => `${format} ${count}`);
  return [
    `${summary.databases} databases, ${summary.tables} tables, ${summary.partitions} partitions`,
    `formats: ${formats.join(', ')}`,
    `readiness: ${summary.ready} ready, ${summary.needsConversion} need conversion, ${summary.unknown} unknown`,
    `size: ${formatBytes(summary.knownSizeBytes)} known; unknown for ${summary.tablesOfUnknownSize} tables`,
    `findings: ${counted(findings.map(({ code }) => code))}`,
  ];
}

function totals(all: Plan['totals']): string[] {
  const kinds = ['bucket', 'database', 'table', 'partition'] as const;
  const rows = kinds.map((kind) => [
    `${kind}s`,
    all[kind].assessed,
    all[kind].mapped,
    all[kind].skipped,
    all[kind].blocked,
  ]);
  return [['', 'assessed', 'mapped', 'skipped', 'blocked'], ...rows].map(([name, ...figures]) =>
    [String(name).padEnd(10), ...figures.map((figure) => String(figure).padStart(9))].join(''),
  );
}

/** Tables by target catalog and method. */
function destinations(items: readonly Item[]): string[] {
  const tables = items.filter(({ key, outcome }) => outcome === 'mapped' && key.startsWith('table:'));
  return counts(tables.map(({ what, method }) => `${/^table ([^.]+)\./.exec(what)?.[1] ?? what}, ${method ?? ''}`)).map(
    ([destination, count]) => `${String(count).padStart(4)} tables to catalog ${printable(destination)}`,
  );
}

/** Reasons by the number of assets that share them, each with its first asset. Reasons that differ in names only are one. */
function reasons(items: readonly Item[], outcome: Item['outcome']): string[] {
  const concerned = items.filter((item) => item.outcome === outcome);
  const kindOf = ({ what }: Item): string =>
    what.replace(/'[^']*'|table:\S+|\b\w+\.\w+\.\S+/g, '…').replace(/(…(, )?)+/g, '…');
  const ranked = counts(concerned.map(kindOf));
  const rest = ranked.slice(topReasons).reduce((sum, [, count]) => sum + count, 0);
  return [
    ...ranked.slice(0, topReasons).map(([reason, count]) => {
      const first = concerned.find((item) => kindOf(item) === reason);
      const example = count === 1 ? (first?.key ?? '') : `${first?.key ?? ''}, …`;
      return printable(`${String(count).padStart(4)}  ${count === 1 ? (first?.what ?? reason) : reason} (${example})`);
    }),
    ...(rest > 0 ? [`${String(rest).padStart(4)}  for other reasons: see plan.json`] : []),
  ];
}

function counted(names: readonly string[]): string {
  return names.length === 0
    ? 'none'
    : counts(names)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
}

/** Each text with its number of occurrences, the most frequent first. */
function counts(values: readonly string[]): [string, number][] {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return [...found].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1));
}
