import { namesOf } from '../dns/record-moves.js';
import type { ReadMachine } from '../wave-file/index.js';

/** A change outside the machine itself when it is cut over. */
export interface OutsideChange {
  readonly migrationId: string;
  /** Null where its names stay as they are. */
  readonly dns: {
    readonly zone: string;
    readonly names: readonly string[];
    /** Empty: whatever addresses the machine gets. */
    readonly addresses: readonly string[];
    readonly reverseZones: readonly string[];
  } | null;
  /** Null where no CMDB is told. */
  readonly cmdb: { readonly key: string; readonly fields: readonly string[] } | null;
}

/** Of machines that have names or a record in a CMDB. */
export function outsideChanges(machines: readonly ReadMachine[]): readonly OutsideChange[] {
  return machines.flatMap(({ payload: { migrationId, targetVmName, dns, cmdb, network } }) => {
    if (dns === undefined && cmdb === undefined) return [];
    const fixed = network?.fixedIp === undefined ? [] : [network.fixedIp];
    return [
      {
        migrationId,
        dns:
          dns === undefined
            ? null
            : {
                zone: dns.zone,
                names: namesOf(dns, targetVmName),
                addresses: dns.addresses ?? fixed,
                reverseZones: dns.reverseZones ?? [],
              },
        cmdb: cmdb === undefined ? null : { key: cmdb.key ?? targetVmName, fields: Object.keys(cmdb.fields) },
      },
    ];
  });
}
