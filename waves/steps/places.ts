import { Fenced } from '../machines/errors.js';
import type { Concurrency } from '../payload/payload.js';
import type { StepCall } from './step.js';

type Pool = keyof Concurrency;

/** Whether the machine has one of the wave's places; where the wave has no limit, always. Throws Fenced. */
export async function takePlace({ record, fence, ports }: StepCall, pool: Pool): Promise<boolean> {
  const limit = record.payload.rules?.concurrency?.[pool];
  if (limit === undefined) return true;
  const answer = await ports.store.takePlace(poolOf(record.wave, pool), record.migrationId, fence, limit);
  if (answer === 'fenced') throw new Fenced(record.migrationId);
  return answer === 'taken';
}

export async function releasePlace({ record, ports }: StepCall, pool: Pool): Promise<void> {
  if (record.payload.rules?.concurrency?.[pool] === undefined) return;
  await ports.store.releasePlace(poolOf(record.wave, pool), record.migrationId);
}

function poolOf(wave: string, pool: Pool): string {
  return `${wave}/${pool}`;
}
