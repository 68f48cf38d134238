import { expect, test } from '@jest/globals';
import { machineMove } from '../../../waves/state-machine/index.js';
import { nextWait, phases } from '../../../waves/steps/pace.js';

/** Events of one look: a wait, a task with its function, a choice. Source: AWS Step Functions, 'Execution history'. */
const eventsOfLook = 9;
const mostEvents = 25_000;

function looks(phase: (typeof phases)[keyof typeof phases]): number {
  const since = new Date(0);
  let count = 0;
  for (let seconds = 0; seconds < phase.limit; count += 1) seconds += nextWait(phase, since, new Date(seconds * 1000));
  return count;
}

test('an execution that uses up every phase has fewer events than AWS allows', () => {
  const events = Object.values(phases).reduce((sum, phase) => sum + looks(phase) * eventsOfLook, 0);
  expect(events).toBeGreaterThan(5_000);
  expect(events).toBeLessThan(mostEvents * 0.9);
});

test('its phases end before the execution does', () => {
  const seconds = Object.values(phases).reduce((sum, { limit }) => sum + limit, 0);
  expect(seconds).toBeLessThan(machineMove.timeLimitSeconds);
});

test('waits grow with the time that has passed', () => {
  const since = new Date(0);
  const wait = (seconds: number): number => nextWait(phases.replication, since, new Date(seconds * 1000));
  expect([0, 100, 600, 7200, 1e6].map(wait)).toEqual([15, 15, 60, 720, 1800]);
});
