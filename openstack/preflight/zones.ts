import type { Diagnostic } from '../../core/diagnostic.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding, some } from './finding.js';
import type { CloudNeeds } from './needs.js';

interface Zones {
  readonly availabilityZoneInfo: readonly {
    readonly zoneName: string;
    readonly zoneState: { readonly available: boolean };
  }[];
}

const settings = {
  compute: {
    setting: 'target.zones',
    whose: 'The cloud',
    fix: 'Set `target.zones` to zones of this list.',
  },
  volume: {
    setting: 'target.volumeZones',
    whose: 'The block storage',
    fix: 'Set `target.volumeZones` to `any` if block storage spans the zones of the servers, or `target.zones` to zones that both have.',
  },
} as const;

/** Every zone of the planned servers or volumes exists. Source: Compute API v2.1, Block Storage API v3. */
export async function checkZones(
  session: CloudSession,
  service: keyof typeof settings,
  needs: CloudNeeds,
): Promise<readonly Diagnostic[]> {
  const all = service === 'compute' ? needs.servers : needs.volumes;
  const wanted = [...new Set(all.flatMap(({ zone }) => zone ?? []))].sort();
  if (wanted.length === 0) return [];
  const answer = await ask<Zones>(session, service, '/os-availability-zone', 'availabilityZoneInfo');
  if (!answer.ok) return [answer.error];
  const { setting, whose, fix } = settings[service];
  const known = answer.value.availabilityZoneInfo.filter(({ zoneState }) => zoneState.available);
  const names = known.map(({ zoneName }) => zoneName).sort();
  return wanted
    .filter((zone) => !names.includes(zone))
    .map((zone) =>
      finding(setting, 'zone-missing', `${whose} has no availability zone '${zone}'; it has ${some(names)}.`, fix),
    );
}
