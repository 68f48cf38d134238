import { bigBang } from '../../migration/cutover/index.js';
import { appendCutoverEvent, openCutover, releaseCutover, takeCutover } from '../../state/index.js';
import type { State } from '../../state/index.js';

/** Somebody has tried it before everything was moved. */
export async function fillCutover(state: State, assessmentId: string): Promise<void> {
  const { id } = await openCutover(state, { assessmentId, steps: bigBang });
  const held = await takeCutover(state, id, { holder: 'demonstration', leaseSeconds: 30 });
  if (held === undefined) throw new Error('another process works on the cutover');
  const step = 'prerequisites';
  const details = {
    reason: 'Tables are not moved, and checks have failed.',
    fix: 'Finish the migration, repair what differs, and run `aws2openstack cutover go` again.',
  };
  await appendCutoverEvent(state, held, { number: 0, step, event: 'started' }, 'OPEN');
  await appendCutoverEvent(state, held, { number: 1, step, event: 'failed', details }, 'FAILED');
  await releaseCutover(state, held);
}
