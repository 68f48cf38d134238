import type { Diagnostic } from '../../core/diagnostic.js';
import type { Plan } from '../../mappings/plan.js';
import type { CloudSession, ServiceName } from '../session/index.js';
import { checkCompute } from './compute.js';
import { checkImages } from './images.js';
import type { CloudNeeds } from './needs.js';
import { checkNetwork } from './network.js';
import { checkBuckets, checkEndpoint } from './object-store.js';
import { checkSecrets } from './secrets.js';
import { checkServices } from './services.js';
import { checkVolumes } from './volumes.js';
import { checkZones } from './zones.js';

/**
 * Compares what Terraform would create with what the cloud has and allows. Read-only. Each problem's path is the setting
 * of the mapping to change, as a JSON Pointer, or the rule; services that do not answer are not asked again.
 */
export async function checkCloud(
  session: CloudSession,
  plan: Pick<Plan, 'target' | 'buckets'>,
  needs: CloudNeeds,
): Promise<readonly Diagnostic[]> {
  const { target } = plan;
  const [{ usable, problems }, unreachable] = await Promise.all([
    checkServices(session),
    checkEndpoint(session, target),
  ]);
  const where = async (
    service: ServiceName,
    check: () => Promise<readonly Diagnostic[]>,
  ): Promise<readonly Diagnostic[]> => (usable.has(service) ? check() : []);
  const found = await Promise.all([
    where('compute', () => checkCompute(session, target, needs)),
    where('compute', () => checkZones(session, 'compute', needs)),
    where('image', () => checkImages(session, needs)),
    where('network', () => checkNetwork(session, target, needs)),
    where('volume', () => checkVolumes(session, needs)),
    where('volume', () => checkZones(session, 'volume', needs)),
    where('key-manager', () => checkSecrets(session, target)),
    unreachable.length > 0 ? [] : where('object-store', () => checkBuckets(session, plan, needs)),
  ]);
  return [...problems, ...unreachable, ...found.flat()];
}
