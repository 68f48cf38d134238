import type { TrinoClient } from '../../clients/trino/index.js';
import { messagesAndFixes } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ManifestEntry } from '../../registration/index.js';
import type { JobContext, JobFailure, State } from '../../state/index.js';
import { jobLedger, register } from '../register/index.js';
import type { HasObjects } from '../register/index.js';
import { listedPartitions } from './partition-blocks.js';

export interface RegisterPorts {
  readonly state: Pick<State, 'db'>;
  readonly trino: TrinoClient;
  readonly hasObjects: HasObjects;
}

/** Registers the schema and the table of a job in Trino, and loads it where it is converted. */
export async function registerTable(
  entries: readonly ManifestEntry[],
  { state, trino, hasObjects }: RegisterPorts,
  buckets: Readonly<Record<string, string>>,
  context: JobContext,
): Promise<Result<void, JobFailure>> {
  const { outcomes } = await register(
    { catalogs: Map.groupBy(entries, ({ target: { catalog } }) => catalog) },
    {
      trino,
      hasObjects,
      ledger: jobLedger(context),
      listPartitions: () => listedPartitions(state, context.job.id),
    },
    {
      buckets: new Map(Object.entries(buckets)),
      signal: context.signal,
      onProgress: (event) => {
        if (event.kind === 'step' && event.step === 'load' && (event.total ?? 0) > 1)
          context.log(`loading batch ${event.done + 1} of ${String(event.total)}`);
      },
    },
  );
  const failed = outcomes.filter(({ failure }) => failure !== null);
  for (const { diagnostics, failure } of outcomes)
    if (failure === null) for (const { message } of diagnostics) context.log(message);
  if (failed.length === 0) return ok(undefined);
  const kinds = new Set(failed.map(({ failure }) => failure));
  const reason = messagesAndFixes(failed.flatMap(({ diagnostics }) => diagnostics.slice(0, 1)));
  return fail({ kind: kinds.has('block') ? 'block' : kinds.has('stop') ? 'stop' : 'retry', reason });
}
