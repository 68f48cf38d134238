import type { MigrationService } from '../migration-service.js';
import { openStackService } from '../openstack/index.js';
import type { OpenStackTarget } from '../openstack/index.js';
import type { DiskSource } from '../../sources/disk-source.js';

/** Machines of VMware and Azure, converted by virt-v2v, to OpenStack. */
export function handedOverService(
  target: Omit<OpenStackTarget, 'name' | 'sourceOf'>,
  source: DiskSource,
): MigrationService {
  return openStackService({
    ...target,
    name: 'virt-v2v',
    sourceOf: (payload) => (payload.source === 'vmware' || payload.source === 'azure' ? source : undefined),
  });
}
