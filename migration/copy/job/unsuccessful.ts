import { diagnostic } from '../../../core/diagnostic.js';
import { unsuccessfulChunks } from '../../../state/index.js';
import type { JobFailure, State } from '../../../state/index.js';
import { decodeObjects, decodeOutcomes } from '../../work-order/index.js';

interface Reason {
  objects: number;
  /** A place of one of them. */
  readonly example: string;
  readonly message: string;
  readonly fix: string;
}

const chunksAtOnce = 20;
const unexplained = diagnostic({
  code: 'copy-unexplained',
  message: 'The engine gave no reason.',
  fix: 'Run aws2openstack migrate retry.',
});

/** Why a job is not done although all of its objects were tried; `undefined` when each is copied or gone. */
export async function whyUnsuccessful(state: Pick<State, 'db'>, jobId: string): Promise<JobFailure | undefined> {
  const reasons = { failed: new Map<string, Reason>(), refused: new Map<string, Reason>() };
  for (let after = -1; ;) {
    const chunks = await unsuccessfulChunks(state, jobId, { after, limit: chunksAtOnce });
    for (const { outcomes, keys } of chunks) {
      if (outcomes === null) continue;
      for (const { state: became, reason } of decodeOutcomes(outcomes, decodeObjects(keys))) {
        if (became !== 'failed' && became !== 'refused') continue;
        const { code, path, message, fix } = reason ?? unexplained;
        const known = reasons[became].get(code);
        if (known === undefined) reasons[became].set(code, { objects: 1, example: path, message, fix });
        else known.objects += 1;
      }
    }
    const last = chunks.at(-1)?.number;
    if (last === undefined) break;
    after = last;
  }
  // What failed may succeed by itself; what was refused waits for a person.
  const kind = reasons.failed.size > 0 ? 'retry' : 'block';
  const all = [...reasons.failed, ...reasons.refused];
  return all.length === 0 ? undefined : { kind, reason: all.map(sentence).join('\n') };
}

function sentence([code, { objects, example, message, fix }]: readonly [string, Reason]): string {
  const what = objects === 1 ? 'One object was' : `${objects} objects were`;
  return `${what} not copied [${code}], such as ${example}: ${message} ${fix}`;
}
