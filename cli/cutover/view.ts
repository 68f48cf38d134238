import { printable } from '../../core/diagnostic.js';
import { bigBang, changedFix, pointOfNoReturn, steps } from '../../migration/cutover/index.js';
import type {
  CutoverSettings,
  HookedStep,
  ListingEvidence,
  Prerequisite,
  ShownCutover,
  ShownStep,
  Signed,
  StepName,
} from '../../migration/cutover/index.js';
import type { CutoverEvent, CutoverStatus } from '../../state/index.js';
import { alignColumns } from '../text-table.js';

export interface ShownCutoverPlan {
  readonly assessment: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly settings: CutoverSettings;
}

export function describePlan({ assessment, prerequisites, settings }: ShownCutoverPlan): string {
  const blocking = prerequisites.filter(({ standing }) => standing === 'blocks').length;
  return [
    `Cutover of ${assessment}: ${blocking === 0 ? 'nothing blocks it' : `${blocking} of ${prerequisites.length} prerequisites do not hold`}`,
    '',
    ...prerequisites.flatMap(describePrerequisite),
    '',
    'Steps',
    alignColumns(
      bigBang.map((name, index) => [`${index + 1} ${name}`, steps[name].title, whoDoes(name, settings)]),
      3,
    ),
    '',
  ].join('\n');
}

function describePrerequisite({ name, standing, evidence, problems, fix }: Prerequisite): readonly string[] {
  return [
    `  ${standing.padEnd(6)}  ${name}: ${printable(evidence)}`,
    ...problems.map((problem) => `            ${printable(problem)}`),
    ...(standing === 'holds' ? [] : [`          fix: ${fix}`]),
  ];
}

function whoDoes(name: StepName, settings: CutoverSettings): string {
  if (!steps[name].takesHook) return 'aws2openstack';
  const { hook, approval } = settings.steps[name as HookedStep] ?? {};
  const what = hook === undefined ? 'no hook: nothing is done; do it by hand' : hook.run.join(' ');
  const by = approval?.by?.join(' or ') ?? 'anybody';
  const waits = approval !== undefined || name === pointOfNoReturn ? `; after the approval of ${by}` : '';
  return printable(`${what}${waits}`);
}

const sentences: Readonly<Record<CutoverStatus, string>> = {
  OPEN: 'is under way',
  FAILED: 'has stopped at a step that failed',
  GOING_BACK: 'is being taken back',
  COMPLETED: 'is complete: the target takes writes',
  UNDONE: 'was taken back',
};

/** For people: each step, who approved it, and the output of what failed. */
export function describeCutover({ assessment, status, steps: list, events }: ShownCutover): string {
  const rows = list.map((step) => [
    step.name,
    step.status,
    step.last === null ? '' : step.last.happened_at.toISOString().replace(/\.\d+Z$/, 'Z'),
    [
      ...(isByHand(step) ? ['no hook: nothing was done'] : []),
      ...(step.approvedBy === null ? [] : [printable(`approved by ${step.approvedBy}`)]),
    ].join('; '),
  ]);
  const answers = answersIn(events);
  return [
    `The cutover of ${assessment} ${sentences[status]}.`,
    '',
    alignColumns(rows, 4),
    ...list.filter(({ status: its }) => its === 'failed' || its === 'undo-failed').flatMap(describeFailure),
    ...(answers.length === 0 ? [] : ['', 'Signed for', ...answers.map((line) => `  ${printable(line)}`)]),
    '',
  ].join('\n');
}

/** Whether a step counts as done without a hook that does it. */
function isByHand({ status, last }: ShownStep): boolean {
  return status === 'done' && ((last?.details ?? {}) as { readonly byHand?: boolean }).byHand === true;
}

function describeFailure({ name, last }: ShownStep): readonly string[] {
  if (last === null) return [];
  const { prerequisites = [] } = (last.details ?? {}) as { readonly prerequisites?: readonly Prerequisite[] };
  const { changes } = (last.details ?? {}) as Partial<ListingEvidence>;
  const changed = prerequisites.length > 0 ? [] : (changes?.differing ?? []);
  return [
    '',
    printable(`${name}: ${reasonOf(last) ?? 'it gave no reason'}`),
    ...prerequisites.filter(({ standing }) => standing === 'blocks').flatMap(describePrerequisite),
    ...changed.map(({ table, added, changed: other, gone, examples }) =>
      printable(`  ${table}: ${added} added, ${other} changed, ${gone} gone (${examples.join(', ')})`),
    ),
    ...(changed.length === 0 ? [] : [`  fix: ${changedFix}`]),
    ...(last.output ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`  | ${printable(line)}`])),
  ];
}

/** Why a step failed, as its event tells. */
export function reasonOf({ details }: Pick<CutoverEvent, 'details'>): string | undefined {
  return ((details ?? {}) as { readonly reason?: string }).reason;
}

/** Exceptions, and changes of the source that somebody accepted, each once. */
function answersIn(events: readonly CutoverEvent[]): readonly string[] {
  const lines = events.flatMap(({ details }) => {
    const { signed = [], accepted } = (details ?? {}) as Partial<ListingEvidence> & {
      readonly signed?: readonly Signed[];
    };
    return [
      ...signed.map(
        ({ table, check, signedBy, signedAt, reason }) =>
          `${table}: ${check}, by ${signedBy} at ${signedAt}: ${reason}`,
      ),
      ...(accepted === undefined ? [] : [`changes of the source, by ${accepted.by}: ${accepted.reason}`]),
    ];
  });
  return [...new Set(lines)];
}
