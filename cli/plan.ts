import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { diagnostic, printable } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { writeFileAtomically } from '../core/atomic-file.js';
import { compareText } from '../core/canonical-json.js';
import { diffPlans, planDocument, planFromFiles } from '../mappings/index.js';
import type { Plan, PlanChange, PlannedFiles } from '../mappings/index.js';
import { failed, printDiagnostics } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { Register } from './program.js';
import { assessmentOption, mappingOption, variableOption } from './template-options.js';
import { alignColumns } from './text-table.js';

interface PlanOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly diff?: string;
  readonly output?: string;
  readonly json?: boolean;
}

export const registerPlan: Register = (program: Command, io, done) => {
  program
    .command('plan')
    .description('say what each assessed asset becomes in OpenStack: mapped, skipped or blocked, and by which rule')
    .addOption(assessmentOption())
    .addOption(mappingOption())
    .addOption(variableOption())
    .option(
      '--diff <other>',
      'show only what differs from another template (name or .yaml) or another assessment (file or folder)',
    )
    .option('-o, --output <file>', 'write the whole Plan as JSON')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      '\nExample:\n  $ aws2openstack plan --assessment out/demo --mapping everything-to-iceberg --diff default',
    )
    .action(async (options: PlanOptions) => {
      done(await plan(options, io));
    });
};

async function plan(options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const planned = await planFromFiles({ ...options, variables: options.var });
  if (!planned.ok) return failed(io, planned.error);
  printDiagnostics(io, planned.value.warnings);
  if (options.diff !== undefined) return diff(options.diff, planned.value, options, io);

  const document = planDocument(planned.value.plan);
  if (options.output !== undefined) {
    const problem = tryToWrite(options.output, `${JSON.stringify(document, null, 1)}\n`);
    if (problem !== null) return failed(io, [problem]);
  }
  io.stdout.write(options.json === true ? `${JSON.stringify(document)}\n` : describePlan(planned.value, options));
  return 0;
}

/** `other` is what there was before; the options name what there is now. */
async function diff(other: string, now: PlannedFiles, options: PlanOptions, io: CliIo): Promise<ExitCode> {
  const isAssessment = other.endsWith('.json') || (statSync(other, { throwIfNoEntry: false })?.isDirectory() ?? false);
  const before = await planFromFiles({
    assessment: isAssessment ? other : options.assessment,
    mapping: isAssessment ? options.mapping : other,
    // Another template declares other variables: only those that both know can be handed on.
    variables: isAssessment ? options.var : {},
  });
  if (!before.ok) return failed(io, before.error);
  const changes = diffPlans(before.value.plan, now.plan);
  io.stdout.write(options.json === true ? `${JSON.stringify(changes)}\n` : describeChanges(changes, other));
  return 0;
}

function tryToWrite(path: string, text: string): Diagnostic | null {
  try {
    writeFileAtomically(path, text);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return diagnostic({
      code: 'cannot-write',
      path,
      message: `The Plan cannot be written (${code ?? String(error)}).`,
      fix: 'Give --output a path in a folder that you may write to and that has space.',
    });
  }
}

const shown = 20;

function describePlan({ plan, template }: PlannedFiles, { output }: PlanOptions): string {
  const { source, totals, tables, blocked, skipped } = plan;
  const idle = idleRules(plan, template.rules);
  return [
    `Plan of ${source.region}${source.accountId === null ? '' : ` (account ${source.accountId})`}, assessed ${source.assessedAt}, by the template '${template.name}'`,
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
    'Where tables go',
    alignColumns(
      countBy(tables, ({ catalog, method }) => `${catalog}\u0000${method}`).map(([key, count]) => [
        ...key.split('\u0000'),
        String(count),
      ]),
      2,
    ),
    ...section('Blocked', blocked),
    ...section('Skipped', skipped),
    ...(idle.length === 0 ? [] : ['', 'Rules that decided nothing', ...idle.map((name) => `  ${printable(name)}`)]),
    ...(output === undefined ? [] : ['', `The whole Plan is in ${output}.`]),
    '',
    'Next: aws2openstack explain <asset> says why; aws2openstack synth writes the Terraform.',
    '',
  ].join('\n');
}

/** Reasons with how many assets share each, most first. */
function section(title: string, items: Plan['blocked']): string[] {
  if (items.length === 0) return [];
  const lines = items.slice(0, shown).map(({ key, reason }) => `  ${printable(key)}: ${printable(reason)}`);
  const rest = items.length - lines.length;
  return [
    '',
    `${title} (${items.length})`,
    ...lines,
    ...(rest > 0 ? [`  … and ${rest} more: --output FILE or --json has all`] : []),
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

function describeChanges(changes: readonly PlanChange[], other: string): string {
  if (changes.length === 0) return `Nothing differs from ${other}.\n`;
  const side = (mark: string, summary: PlanChange['before']): string[] =>
    summary === undefined
      ? []
      : [
          `  ${mark} ${summary.outcome}: ${printable(summary.what)}${summary.rule === null ? '' : ` ['${printable(summary.rule)}']`}`,
        ];
  return `${changes
    .flatMap(({ key, before, after }) => [printable(key), ...side('-', before), ...side('+', after)])
    .join('\n')}\n\n${countKinds(changes)} differ from ${other}.\n`;
}

/** Such as `3 assets, 1 setting`. */
function countKinds(changes: readonly PlanChange[]): string {
  const kindOf = ({ key }: PlanChange): string => /^(setting|grant)/.exec(key)?.[1] ?? 'asset';
  return [...Map.groupBy(changes, kindOf)]
    .map(([kind, group]) => `${group.length} ${kind}${group.length === 1 ? '' : 's'}`)
    .join(', ');
}
