import { awsFailure } from '../../../clients/aws-failure.js';
import { interruptedEnding } from '../stream/reasons.js';
import type { Ending } from '../stream/reasons.js';
import { followExecution, forgetTask, startExecution } from './execution.js';
import type { ExecutionBench } from './execution.js';
import { executionEnding, requestEnding } from './reasons.js';
import { readReport } from './report.js';
import type { TransferReport } from './report.js';
import { reportFolder } from './transfer.js';
import type { Transfer } from './transfer.js';

export interface TransferEnd {
  readonly report: TransferReport;
  /** The outcome of objects that DataSync has not reported as transferred; undefined if it says that all is done. */
  readonly ending?: Ending;
  /** Removes the task; call it when the objects are proved. */
  readonly forget: () => Promise<void>;
}

const nothing = { transferred: new Set<string>(), failed: new Map<string, string>() };
const nothingToForget = (): Promise<void> => Promise.resolve();

/** Has DataSync copy the objects, and waits until that has ended. */
export async function runTransfer(transfer: Transfer, bench: ExecutionBench): Promise<TransferEnd> {
  const [first] = transfer.tasks;
  try {
    const execution = await startExecution(transfer, bench);
    const end = await followExecution(execution, bench);
    const forget = async (): Promise<void> => {
      // One that stays costs nothing.
      await forgetTask(execution, bench).catch(awsFailure);
    };
    if (end.state === 'interrupted')
      return {
        report: nothing,
        ending: interruptedEnding(first?.source ?? { bucket: transfer.sourceBucket, key: '' }),
        forget: nothingToForget,
      };
    const report = readReport(await bench.work.texts(reportFolder(transfer)));
    if (end.state === 'done') return { report, forget };
    return { report, ending: executionEnding(execution.arn, end.code, end.detail), forget };
  } catch (error) {
    const ending = requestEnding(transfer, awsFailure(error));
    return { report: nothing, ending, forget: nothingToForget };
  }
}
