import type { Diagnostic } from '../../core/diagnostic.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import type { CloudNeeds } from './needs.js';
import { quotaProblems } from './quota.js';

/** Quota for the volumes that do not exist yet. Source: Block Storage API v3. */
export async function checkVolumes(session: CloudSession, needs: CloudNeeds): Promise<readonly Diagnostic[]> {
  const [limits, volumes] = await Promise.all([
    ask<{ limits: { absolute?: Readonly<Record<string, number>> } }>(session, 'volume', '/limits', 'limits'),
    ask<{ volumes: readonly { name: string }[] }>(session, 'volume', '/volumes', 'volumes'),
  ]);
  if (!limits.ok || !volumes.ok) return [limits, volumes].flatMap((answer) => (answer.ok ? [] : [answer.error]));
  const there = new Set(volumes.value.volumes.map(({ name }) => name));
  const coming = needs.volumes.filter(({ name }) => !there.has(name));
  const { absolute = {} } = limits.value.limits;
  const room = (limit: string, used: string): { limit: number; used: number } => ({
    limit: absolute[limit] ?? -1,
    used: absolute[used] ?? 0,
  });
  const sizeGb = coming.reduce((sum, volume) => sum + volume.sizeGb, 0);
  return quotaProblems('target.sizing.dataVolumeGb', 'ask for a smaller volume', [
    { what: 'volumes', unit: '', needed: coming.length, ...room('maxTotalVolumes', 'totalVolumesUsed') },
    { what: 'volume space', unit: ' GB', needed: sizeGb, ...room('maxTotalVolumeGigabytes', 'totalGigabytesUsed') },
  ]);
}
