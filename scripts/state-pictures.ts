// Pictures of the states of jobs, cutovers and machines of waves, each between two markers of its page.
//
//   state-pictures.ts          names the pages that are out of date
//   state-pictures.ts --write  writes them (`npm run docs:states`)
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepTransitions } from '../migration/cutover/machine.js';
import { steeringWays } from '../state/queue/steer.js';
import { jobTransitions } from '../state/repositories/migration-jobs.js';
import { machineMove } from '../waves/state-machine/machine-move.js';
import type { State, StateMachine, TaskState } from '../waves/state-machine/state-machine.js';

/** An arrow; a state without a name is where everything begins or ends. */
interface Arrow {
  readonly from?: string;
  readonly to?: string;
  readonly label?: string;
}

export interface Picture {
  /** Relative to the root of the project. */
  readonly page: string;
  readonly source: string;
  /** Mermaid. */
  readonly text: string;
}

/** The actions of a worker on a job; those of people are in `steeringWays`. */
const workerLabels: Readonly<Record<string, string>> = {
  'PENDING RUNNING': 'a worker takes it',
  'RUNNING RUNNING': 'another worker takes it over',
  'RUNNING PENDING': 'retry, wait, stopped worker',
  'RUNNING PAUSED': 'block',
  'RUNNING COMPLETED': 'done',
  'RUNNING FAILED': 'stop, too many failures',
  'COMPLETED PENDING': 'copied or validated again',
};

export const pictures: readonly Picture[] = [
  { page: 'docs/state.md', source: 'state/repositories/migration-jobs.ts', text: diagram(arrowsOfJobs()) },
  { page: 'docs/cutover.md', source: 'migration/cutover/machine.ts', text: diagram(arrowsOfSteps()) },
  {
    page: 'docs/waves/architecture.md',
    source: 'waves/state-machine/machine-move.ts',
    text: diagram(arrowsOfMachines(machineMove)),
  },
];

function arrowsOfJobs(): readonly Arrow[] {
  const labelOf = (from: string, to: string): string => {
    const steerings = Object.entries(steeringWays)
      .filter(([, way]) => way.to === to && way.from.some((status) => status === from))
      .map(([steering]) => steering);
    return [workerLabels[`${from} ${to}`] ?? [], ...steerings].flat().join(', ');
  };
  const arrows = Object.entries(jobTransitions).flatMap(([from, targets]) =>
    targets.map((to) => ({ from, to, label: labelOf(from, to) })),
  );
  return [{ to: 'PENDING', label: 'enqueued' }, ...arrows];
}

function arrowsOfSteps(): readonly Arrow[] {
  const arrows = Object.entries(stepTransitions).flatMap(([event, { from, to }]) =>
    to === undefined ? [] : from.map((status) => ({ from: status, to, label: event })),
  );
  return [{ to: 'pending' }, ...arrows];
}

/** Of the tasks and ends; waits, choices and what is only told to others are left out. */
function arrowsOfMachines({ startAt, states }: StateMachine): readonly Arrow[] {
  const stateOf = (name: string): State => {
    const state = states[name];
    if (state === undefined) throw new Error(`Bug: the state machine has no state ${name}.`);
    return state;
  };
  const shown = (name: string): string => {
    const state = stateOf(name);
    const isPassedThrough =
      state.kind === 'wait' || state.kind === 'pass' || (state.kind === 'task' && isNotification(state));
    return isPassedThrough ? shown(state.next) : name;
  };
  const arrowsFrom = (from: string, state: TaskState): readonly Arrow[] => {
    const next = stateOf(state.next);
    const caught = state.catch.map((each) => ({ from, to: shown(each.next), label: 'error' }));
    if (next.kind !== 'choice') return [{ from, to: shown(state.next) }, ...caught];
    const otherwise = shown(next.otherwise);
    return [
      ...next.choices.map(({ outcome, next: to }) => ({ from, to: shown(to), label: outcome })),
      { from, to: otherwise, label: otherwise === from ? 'waiting' : 'otherwise' },
      ...caught,
    ];
  };
  return Object.entries(states).reduce<readonly Arrow[]>(
    (arrows, [name, state]) => {
      if (state.kind === 'succeed' || state.kind === 'fail') return [...arrows, { from: name }];
      return state.kind === 'task' && !isNotification(state) ? [...arrows, ...arrowsFrom(name, state)] : arrows;
    },
    [{ to: startAt }],
  );
}

/** Its failure has no consequence. */
function isNotification({ next, catch: caught }: TaskState): boolean {
  return caught.every((each) => each.next === next);
}

function diagram(arrows: readonly Arrow[]): string {
  const labels = new Map<string, readonly string[]>();
  const ids = new Map<string, string>();
  const idOf = (state: string | undefined): string => {
    if (state === undefined) return '[*]';
    // A hyphen begins an arrow.
    const id = state.replaceAll('-', '_');
    if (id !== state) ids.set(id, state);
    return id;
  };
  for (const { from, to, label } of arrows) {
    const arrow = `${idOf(from)} --> ${idOf(to)}`;
    labels.set(
      arrow,
      [...(labels.get(arrow) ?? []), label ?? ''].filter((text) => text !== ''),
    );
  }
  const lines = [
    ...[...ids].map(([id, state]) => `state "${state}" as ${id}`),
    ...[...labels].map(([arrow, texts]) => (texts.length === 0 ? arrow : `${arrow}: ${texts.join(', ')}`)),
  ];
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

const end = '<!-- end of the picture -->';

/** The page with this picture in place of the one between its markers. */
export function withPicture(page: string, { page: path, source, text }: Picture): string {
  const begin = `<!-- Generated from ${source} by \`npm run docs:states\`; do not edit. -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${path} lacks the lines ${begin} and ${end}.`);
  return `${before}${begin}\n\n\`\`\`mermaid\n${text}\`\`\`\n\n${end}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const picture of pictures) {
    const path = join(import.meta.dirname, '..', picture.page);
    const before = readFileSync(path, 'utf8');
    const after = withPicture(before, picture);
    if (process.argv.includes('--write')) writeFileSync(path, after);
    else if (after !== before) process.stdout.write(`${picture.page}\n`);
  }
}
