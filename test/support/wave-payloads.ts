import type { Payload } from '../../waves/payload/index.js';

/** A payload that is right, with what a test changes. */
export function payloadOf(migrationId: string, changed: Partial<Payload> = {}): Payload {
  return {
    migrationId,
    appName: 'shop',
    source: 'openstack',
    target: 'openstack',
    environment: 'dev',
    wave: 'wave-1',
    sourceVmId: `server-${migrationId}`,
    targetVmName: `vm-${migrationId}`,
    instanceType: 'm1.small',
    subnetId: 'subnet-1',
    securityGroupIds: ['sg-1'],
    ...changed,
  };
}
