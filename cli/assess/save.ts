import type { Assessment } from '../../assessments/index.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { storeWaitMs } from '../../state/recording/stored-as.js';
import type { StoredAs } from '../../state/recording/stored-as.js';
import { shownId } from '../../state/repositories/ids.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import { placeOf } from '../../state/store/state.js';
import { useStore } from '../../state/store/use-store.js';
import type { CliIo } from '../io.js';

/** Stores an assessment in the store that the environment names. */
export async function saveAssessment(io: CliIo, command: string, assessment: Assessment): Promise<Result<StoredAs>> {
  return await useStore(io.env, { access: 'write', command, waitMs: storeWaitMs }, async (state) => {
    const place = placeOf(state.location);
    const id = await storeAssessment(state, assessment, {
      onProgress: (share) => {
        if (assessment.tables.length > manyTables)
          io.stderr.write(`Storing in ${place}: ${Math.round(share * 100)} %\n`);
      },
    });
    return ok({ id: shownId(id), place });
  });
}

/** Fewer tables are stored too quickly for progress lines. */
const manyTables = 10_000;
