import { ok } from '../../../core/result.js';
import { countWaveMessages } from '../../../state/repositories/wave-messages.js';
import type { WaveDeadLetter } from '../../../state/repositories/wave-messages.js';
import { countDeadLetters, listWaveReports, newestDeadLetters } from '../../../state/repositories/wave-reports.js';
import type { WaveReport } from '../../../state/repositories/wave-reports.js';
import { waveTotals } from '../../../state/repositories/waves.js';
import {
  attentionStatuses,
  cutOverStatuses,
  machineStatuses,
  notMovedStatuses,
} from '../../../waves/machines/index.js';
import type { MachineStatus } from '../../../waves/machines/index.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { catalogText, list, nullable, number, object, oneOf, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { machineStatus } from './machine-document.js';

const shownLetters = 20;

const counts = {
  machines: whole('That workers took in.'),
  by_status: list(object({ status: machineStatus, machines: whole('With this status.') }), 'Statuses with machines.'),
  cut_over: whole('Machines that run at the target: CUT_OVER, FINALIZING, FINALIZED.'),
  cut_over_share: nullable(number('0 to 1. Null: no machines.')),
  not_moved: whole('Machines that ended and run at their source: ROLLED_BACK, REJECTED.'),
  need_attention: whole('Machines that somebody must look at: ROLLBACK_FAILED, NEEDS_ATTENTION.'),
  dead_letters: whole('Messages that were refused.'),
};
const waveSchema = object({
  wave: catalogText('Name of the wave.'),
  ...counts,
  submitted_machines: nullable(whole('Of the wave file that was submitted last. Null: none was.')),
  submitted_by: nullable(catalogText('Who answers for it.')),
  submitted_at: nullable(time('When it was submitted last.')),
  updated_at: nullable(time('When something was stored of one of its machines last.')),
});
const deadLetter = object({
  received_at: time('When the message came.'),
  refused_at: time('When it was refused.'),
  wave: nullable(catalogText('The wave that it names.')),
  body: catalogText('The first 500 characters of the message.'),
  problems: list(
    object({
      path: catalogText('Where in the message.'),
      message: catalogText('What is wrong.'),
      fix: catalogText('What to do.'),
    }),
  ),
});

const input = object(
  {},
  {
    sort: oneOf(
      ['name', 'machines', 'cut-over', 'attention', 'updated'],
      'cut-over: the share of machines; attention: how many somebody must look at. Default: name.',
    ),
    direction: oneOf(['asc', 'desc'], 'Default: asc.'),
    ...pageInput,
  },
);
const output = object({
  totals: object({ ...counts, waiting_messages: whole('Machines that were submitted, and not taken in yet.') }),
  dead_letters: list(deadLetter, `The newest ${shownLetters}.`),
  ...pageOutput(waveSchema),
});

export const listWaves: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_waves',
  title: 'Waves',
  description:
    'The waves in which virtual machines are moved: machines by status, how many are cut over, what failed, and messages that were refused.',
  input,
  output,
  ask: async (state, asked) => {
    const groups = { cutOver: cutOverStatuses, notMoved: notMovedStatuses, needAttention: attentionStatuses };
    const { sort, direction } = asked;
    const page = await readPageOf(
      asked,
      (request) => listWaveReports(state, { groups, sort, direction }, request),
      waveDocument,
    );
    if (!page.ok) return page;
    const byStatus = totalsOf(await waveTotals(state));
    const sum = (statuses: readonly MachineStatus[]): number =>
      statuses.reduce((total, status) => total + (byStatus[status] ?? 0), 0);
    return ok({
      totals: {
        ...countsOf({
          machines: sum(machineStatuses),
          by_status: byStatus,
          cut_over: sum(cutOverStatuses),
          not_moved: sum(notMovedStatuses),
          need_attention: sum(attentionStatuses),
          dead_letters: await countDeadLetters(state),
        }),
        waiting_messages: await countWaveMessages(state),
      },
      dead_letters: (await newestDeadLetters(state, shownLetters)).map(letterDocument),
      ...page.value,
    });
  },
};

type ByStatus = WaveReport['by_status'];

function totalsOf(totals: readonly { readonly status: MachineStatus; readonly machines: number }[]): ByStatus {
  const summed: Partial<Record<MachineStatus, number>> = {};
  for (const { status, machines } of totals) summed[status] = (summed[status] ?? 0) + machines;
  return summed;
}

type Counted = Pick<
  WaveReport,
  'machines' | 'by_status' | 'cut_over' | 'not_moved' | 'need_attention' | 'dead_letters'
>;

function countsOf(counted: Counted) {
  const { machines, by_status: byStatus, cut_over: cutOver, not_moved, need_attention, dead_letters } = counted;
  return {
    machines,
    by_status: machineStatuses.flatMap((status) => {
      const count = byStatus[status];
      return count === undefined ? [] : [{ status, machines: count }];
    }),
    cut_over: cutOver,
    cut_over_share: machines === 0 ? null : cutOver / machines,
    not_moved,
    need_attention,
    dead_letters,
  };
}

function waveDocument(report: WaveReport): TypeOf<typeof waveSchema> {
  const { wave, submitted_machines, submitted_by, submitted_at, updated_at } = report;
  return {
    wave,
    ...countsOf(report),
    submitted_machines,
    submitted_by,
    submitted_at: submitted_at?.toISOString() ?? null,
    updated_at: updated_at?.toISOString() ?? null,
  };
}

function letterDocument(letter: WaveDeadLetter): TypeOf<typeof deadLetter> {
  const problems = letter.problems as readonly {
    readonly path?: string;
    readonly message: string;
    readonly fix: string;
  }[];
  return {
    received_at: letter.received_at.toISOString(),
    refused_at: letter.refused_at.toISOString(),
    wave: letter.wave,
    body: letter.body,
    problems: problems.map(({ path, message, fix }) => ({ path: path ?? '', message, fix })),
  };
}
