import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bigBang } from '../../../migration/cutover/steps.js';
import { cutoverEvents, findCutover, storeAssessment } from '../../../state/index.js';
import { assessmentWith, table } from '../../support/assessment-builder.js';
import { childArguments } from '../../support/processes.js';
import { engineNames, opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

jest.setTimeout(600_000);

/** Kills the program that called it before or after its own effect, once for each step that the file `kill` names. */
const hook = `
step="$A2O_CUTOVER_ACTION $A2O_CUTOVER_STEP"
if [ "$(cat kill 2> /dev/null)" = "before $step" ]; then rm kill; kill -9 $PPID; exit; fi
grep -qx "$step" journal 2> /dev/null || echo "$step" >> journal
if [ "$(cat kill 2> /dev/null)" = "after $step" ]; then rm kill; kill -9 $PPID; fi
`;
const hooked = ['freeze', 'final-pass', 'endpoints', 'dns', 'smoke-test', 'writers-on'];

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let folder = '';
  beforeAll(async () => {
    engine = await startEngine(name);
  }, 120_000);
  afterAll(() => engine.stop());

  /** Runs the cutover of a new store until it ends by itself. */
  async function ended(kills: readonly { readonly events?: number; readonly hook?: string }[]) {
    folder = mkdtempSync(join(tmpdir(), 'a2o-cutover-'));
    writeFileSync(join(folder, 'hook.sh'), hook);
    const location = await engine.fresh();
    let state = await opened(location);
    const assessmentId = await storeAssessment(state, assessmentWith([table('db.t')]));
    await state.close();
    const run = (events = 'never') =>
      spawnSync(process.execPath, childArguments('cutover-child.ts', folder, events), {
        encoding: 'utf8',
        env: { ...process.env, DATABASE_URL: '', ...engine.env(location) },
      });
    for (const kill of kills) {
      if (kill.hook !== undefined) writeFileSync(join(folder, 'kill'), kill.hook);
      expect(run(kill.events?.toString())).toMatchObject({ signal: 'SIGKILL' });
    }
    const { stdout, stderr } = run();
    expect([stdout, stderr]).toEqual([expect.stringContaining('"kind":"complete"'), '']);
    state = await opened(location);
    const cutover = await findCutover(state, assessmentId);
    const events = await cutoverEvents(state, cutover?.id ?? '');
    await state.close();
    const journal = readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
    expect(existsSync(join(folder, 'kill'))).toBe(false);
    rmSync(folder, { recursive: true });
    return {
      status: cutover?.status,
      done: events.filter(({ event }) => event === 'done').map(({ step }) => step),
      journal,
    };
  }

  const borders =
    name === 'server'
      ? [
          // Right after each step is recorded as started, and as done; then by its own hook.
          [{ events: 1 }, ...bigBang.slice(1).map(() => ({ events: 3 }))],
          bigBang.slice(1).map(() => ({ events: 2 })),
          ['freeze', 'endpoints', 'writers-on'].flatMap((step) => [
            { hook: `before do ${step}` },
            { hook: `after do ${step}` },
          ]),
        ]
      : [[{ events: 3 }, { hook: 'after do endpoints' }, { events: 2 }]];

  test.each(borders.map((kills) => [kills.length, kills] as const))(
    'a cutover that is killed %d times does each step once, in order',
    async (_count, kills) => {
      const { status, done, journal } = await ended(kills);
      expect([status, done]).toEqual(['COMPLETED', bigBang]);
      expect(journal).toEqual(hooked.map((step) => `do ${step}`));
    },
  );
});
