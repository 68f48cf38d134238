import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ok } from '../../../core/result.js';
import { nextBackward, nextForward, statusOf, viewOf } from '../../../migration/cutover/machine.js';
import { goBackward, goForward } from '../../../migration/cutover/run-cutover.js';
import type { CutoverLog, LoggedEvent, StepEffect } from '../../../migration/cutover/run-cutover.js';
import { bigBang, pointOfNoReturn } from '../../../migration/cutover/steps.js';
import type { StepName } from '../../../migration/cutover/steps.js';

class Killed extends Error {}

/** Keeps events as a store does; a kill comes before or after one is written. */
class MemoryLog implements CutoverLog {
  readonly steps = bigBang;
  readonly events: LoggedEvent[] = [];
  /** Writes until the process is killed. */
  left = Infinity;
  killsBefore = false;

  append: CutoverLog['append'] = (event, status) => {
    this.left -= 1;
    if (this.left < 0 && this.killsBefore) throw new Killed();
    this.events.push({ ...event, details: event.details ?? null });
    expect(status).toBe(statusOf(viewOf(this.steps, this.events)));
    if (this.left < 0) throw new Killed();
    return Promise.resolve(ok(undefined));
  };
}

interface Attempt {
  readonly command: 'go' | 'back';
  readonly approves: boolean;
  readonly answers: boolean;
  /** Steps whose hook fails in this attempt. */
  readonly failing: readonly StepName[];
  /** Writes after which the process is killed. */
  readonly killAfter: number | null;
  readonly killsBefore: boolean;
}

const attempts: fc.Arbitrary<readonly Attempt[]> = fc.array(
  fc.record({
    command: fc.constantFrom('go', 'go', 'go', 'back'),
    approves: fc.boolean(),
    answers: fc.boolean(),
    failing: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray([...bigBang]) }),
    killAfter: fc.option(fc.nat(25)),
    killsBefore: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const approved: ReadonlySet<StepName> = new Set(['endpoints', pointOfNoReturn]);

/** Makes the attempts one after the other; what really happened to the world is in `effects`. */
async function history(all: readonly Attempt[]) {
  const log = new MemoryLog();
  const effects: string[] = [];
  for (const { command, approves, answers, failing, killAfter, killsBefore } of all) {
    log.left = killAfter ?? Infinity;
    log.killsBefore = killsBefore;
    const effect: StepEffect = (step, action) => {
      effects.push(`${action} ${step}`);
      return Promise.resolve({ isDone: !failing.includes(step) });
    };
    try {
      if (command === 'back') await goBackward(log, effect, answers ? 'ada' : undefined);
      else
        await goForward(log, effect, {
          waits: (step, approvedBy) => approved.has(step) && approvedBy === null,
          ...(approves && { approval: { by: 'ada', allows: () => true } }),
        });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  return { log, effects };
}

test('whatever is killed, fails or goes back: each step is done once, in order, and never taken back after the border', async () => {
  await fc.assert(
    fc.asyncProperty(attempts, async (all) => {
      const { log } = await history(all);
      const done: string[] = [];
      let isOver = false;
      for (const { step, event } of log.events) {
        if (event === 'started') {
          expect(done).toEqual(bigBang.slice(0, bigBang.indexOf(step as StepName)));
        }
        if (event === 'done') {
          expect(done).not.toContain(step);
          done.push(step);
        }
        if (event === 'undo-started') {
          expect(isOver).toBe(false);
          // What comes after it was taken back before.
          expect(done.every((each) => bigBang.indexOf(each as StepName) <= bigBang.indexOf(step as StepName))).toBe(
            true,
          );
        }
        if (event === 'undone' && done.at(-1) === step) done.pop();
        if (event === 'done' && step === pointOfNoReturn) isOver = true;
      }
    }),
    { numRuns: 150 },
  );
});

test('no step that needs an approval begins without one that was given since it was last taken back', async () => {
  await fc.assert(
    fc.asyncProperty(attempts, async (all) => {
      const { log } = await history(all);
      const granted = new Set<string>();
      for (const { step, event } of log.events) {
        if (event === 'approved') granted.add(step);
        if (event === 'undone') granted.delete(step);
        if (event === 'started' && approved.has(step as StepName)) expect(granted).toContain(step);
      }
    }),
    { numRuns: 100 },
  );
});

test('every history can be ended: forward until it is complete, or back until nothing is left', async () => {
  const forward: Attempt = {
    command: 'go',
    approves: true,
    answers: true,
    failing: [],
    killAfter: null,
    killsBefore: false,
  };
  await fc.assert(
    fc.asyncProperty(attempts, fc.constantFrom('go', 'back'), async (all, wanted) => {
      const end = Array.from({ length: 3 }, () => ({ ...forward, command: wanted }));
      const { log } = await history([...all, ...end]);
      const view = viewOf(log.steps, log.events);
      const border = view.steps.find(({ name }) => name === pointOfNoReturn);
      const isComplete = border?.status === 'done';
      if (wanted === 'back' && !isComplete) expect(nextBackward(view)).toEqual({ kind: 'finished' });
      if (wanted === 'back' && isComplete) expect(nextBackward(view)).toEqual({ kind: 'refused' });
      if (wanted === 'go' && view.direction === 'forward') expect(statusOf(view)).toBe('COMPLETED');
      if (wanted === 'go' && view.direction === 'back')
        expect(nextForward(view, () => false)).toEqual({ kind: 'going-back' });
    }),
    { numRuns: 100 },
  );
});

describe('at the border', () => {
  const upTo = (name: StepName) =>
    bigBang.slice(0, bigBang.indexOf(name)).flatMap((step) => [
      { step, event: 'started' as const },
      { step, event: 'done' as const },
    ]);

  test.each(['started', 'failed'] as const)(
    'writers-on that is %s is taken back only if somebody answers for it',
    (last) => {
      const begun = [...upTo(pointOfNoReturn), { step: pointOfNoReturn, event: 'started' as const }];
      const events = last === 'failed' ? [...begun, { step: pointOfNoReturn, event: 'failed' as const }] : begun;
      expect(nextBackward(viewOf(bigBang, events))).toEqual({ kind: 'uncertain' });
      const signed = [...events, { step: pointOfNoReturn, event: 'nothing-written' as const, actor: 'ada' }];
      expect(nextBackward(viewOf(bigBang, signed))).toEqual({ kind: 'undo', step: pointOfNoReturn });
      // It was true then, and is not for another attempt.
      const again = [...signed, { step: pointOfNoReturn, event: 'started' as const }];
      expect(nextBackward(viewOf(bigBang, again))).toEqual({ kind: 'uncertain' });
    },
  );

  test('events that cannot follow one another are a bug', () => {
    expect(() => viewOf(bigBang, [{ step: 'freeze', event: 'done' }])).toThrow('the step freeze is pending');
    expect(() => viewOf(bigBang, [{ step: 'freeez', event: 'started' }])).toThrow('the step freeez is unknown');
  });
});
