import { join } from 'node:path';
import { goForward } from '../../migration/cutover/run-cutover.js';
import { withHeldCutover } from '../../migration/cutover/hold-cutover.js';
import { stepEffects } from '../../migration/cutover/step-effects.js';
import { bigBang } from '../../migration/cutover/steps.js';
import { findAssessment, openCutover, stateLocation, withState } from '../../state/index.js';

/**
 * A process to be killed: works on the cutover of the latest assessment with hooks that write what they do to a journal, and
 * kills itself right after so many events were stored. Says how it ended.
 *
 * Arguments: the folder of the hooks, the number of events or `never`.
 */
const [folder = '', events] = process.argv.slice(2);
let left = events === 'never' ? Infinity : Number(events);
const location = stateLocation(process.env, process.cwd());
if (!location.ok) throw new Error(JSON.stringify(location.error));
const hook = { run: ['sh', join(folder, 'hook.sh')] };
const settings = {
  apiVersion: 'aws2openstack/v1',
  kind: 'Cutover',
  steps: {
    freeze: { hook },
    'final-pass': { hook },
    endpoints: { hook },
    dns: { hook },
    'smoke-test': { hook },
    'writers-on': { hook },
  },
} as const;
const facts = {
  tables: [{ name: 'db.t', job: 'COMPLETED', error: null, open: [], signed: [] }],
  leftBehind: [],
  skipped: 0,
} as const;
const worked = await withState(location.value, { access: 'write', purpose: 'test' }, async (state) => {
  const assessment = await findAssessment(state, 'latest');
  if (!assessment.ok) throw new Error(JSON.stringify(assessment.error));
  const cutover = await openCutover(state, { assessmentId: assessment.value.id, steps: bigBang });
  return await withHeldCutover(
    state,
    cutover,
    {
      signal: new AbortController().signal,
      leaseSeconds: 1,
      onWait: () => undefined,
      onEvent: () => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
      },
    },
    async (log) => {
      const effect = stepEffects({
        log,
        cutoverId: cutover.id,
        settings,
        folder,
        env: process.env,
        signal: log.signal,
        facts: () => Promise.resolve({ ok: true, value: facts }),
        compare: () => Promise.resolve({ ok: true, value: { tables: 1, objects: 0, differing: [], sha256: '' } }),
      });
      return await goForward(log, effect, { waits: () => false });
    },
  );
});
process.stdout.write(`${JSON.stringify(worked)}\n`);
