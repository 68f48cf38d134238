import { canonicalJson } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { readPayload } from '../payload/index.js';
import type { StepPorts } from './ports.js';

export interface Ingested {
  /** `exists`: the same message came before, and nothing was changed. */
  readonly is: 'created' | 'exists';
  readonly migrationId: string;
  readonly correlationId: string;
}

/** Takes a message in. Fails on one that no attempt could make good. */
export async function ingest(
  message: unknown,
  { store, now }: Pick<StepPorts, 'store' | 'now'>,
): Promise<Result<Ingested>> {
  const read = readPayload(message);
  if (!read.ok) return read;
  const payload = read.value;
  const { migrationId } = payload;
  const correlationId = payload.correlationId ?? migrationId;
  const is = await store.create({ payload, correlationId, at: now() });
  if (is === 'created') return ok({ is, migrationId, correlationId });
  const stored = await store.read(migrationId);
  if (stored !== undefined && canonicalJson(stored.payload) !== canonicalJson(payload))
    return fail([
      diagnostic({
        code: 'wave-payload-changed',
        path: '/migrationId',
        message: `The machine ${migrationId} was submitted before with another payload.`,
        fix: 'Use another migrationId for another migration; a migration under way keeps its payload.',
      }),
    ]);
  return ok({ is, migrationId, correlationId: stored?.correlationId ?? correlationId });
}
