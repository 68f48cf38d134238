import { BlockstorageVolumeV3 } from '@cdktf/provider-openstack/lib/blockstorage-volume-v3';
import { ComputeInstanceV2 } from '@cdktf/provider-openstack/lib/compute-instance-v2';
import { ComputeVolumeAttachV2 } from '@cdktf/provider-openstack/lib/compute-volume-attach-v2';
import { NetworkingFloatingipAssociateV2 } from '@cdktf/provider-openstack/lib/networking-floatingip-associate-v2';
import { NetworkingFloatingipV2 } from '@cdktf/provider-openstack/lib/networking-floatingip-v2';
import { NetworkingPortV2 } from '@cdktf/provider-openstack/lib/networking-port-v2';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { requireValid } from '../common/rules.js';
import type { ConfigBundle } from '../config-bundle/index.js';
import type { Network } from '../network/index.js';
import type { MachineName } from '../../core/address-plan.js';
import type { Service } from '../service/index.js';
import { renderUserData } from './render-user-data.js';
import type { Surroundings } from './render-user-data.js';
import { serverRules } from './server-rules.js';

/** One machine, configured by its role in the bundle. Source: Nova API v2.1, Neutron API v2, Cinder API v3. */
export interface ServerProps {
  readonly name: string;
  readonly machine: MachineName;
  readonly flavor: string;
  readonly imageId: string;
  readonly keyPair?: string | undefined;
  readonly network: Network;
  readonly securityGroupId: string;
  /** Role in the bundle. */
  readonly role: string;
  readonly bundle: ConfigBundle;
  /** The services of the role: only this machine gets the references to their secrets. */
  readonly services: readonly Service[];
  /**
   * Whether the other machines of the role replicate it: it is then rolled last.
   * @default false
   */
  readonly isPrimary?: boolean | undefined;
  /**
   * A volume that outlives the machine.
   * @default none
   */
  readonly dataVolumeGb?: number | undefined;
  /**
   * A volume that is deleted with the machine, for a machine without a data volume.
   * @default none
   */
  readonly spillVolumeGb?: number | undefined;
  /**
   * Availability zone.
   * @default the cloud's own choice
   */
  readonly zone?: string | undefined;
  /**
   * Availability zone of its volume, as named by the block storage.
   * @default the cloud's own choice
   */
  readonly volumeZone?: string | undefined;
  /**
   * Name of the external network that a floating IP comes from.
   * @default no floating IP
   */
  readonly floatingIpFrom?: string | undefined;
  /**
   * The differences for machines of a private cloud.
   * @default nothing: public certificates, archives and registries, without a proxy
   */
  readonly surroundings?: Surroundings;
  /**
   * Server group that keeps it apart from servers of the same kind.
   * @default none
   */
  readonly serverGroupId?: string | undefined;
}

export class Server extends Construct {
  /** Address for users: the floating IP, or else the private address. */
  readonly address: string;
  private readonly instance: ComputeInstanceV2;

  constructor(scope: Construct, id: string, props: ServerProps) {
    super(scope, id);
    requireValid(this, serverRules, props);
    const port = this.createPort(props);
    const volume = this.createVolume(props);
    this.instance = this.createInstance(props, port, volume);
    if (volume) new ComputeVolumeAttachV2(this, 'Attachment', { instanceId: this.instance.id, volumeId: volume.id });
    this.address =
      props.floatingIpFrom === undefined
        ? props.network.addressOf(props.machine)
        : this.createFloatingIp(props.floatingIpFrom, port, props.network.reachable);
  }

  private createPort({ name, network, machine, securityGroupId }: ServerProps): NetworkingPortV2 {
    return new NetworkingPortV2(this, 'Port', {
      name,
      networkId: network.networkId,
      adminStateUp: true,
      fixedIp: [{ subnetId: network.subnetId, ipAddress: network.addressOf(machine) }],
      securityGroupIds: [securityGroupId],
    });
  }

  private createVolume(props: ServerProps): BlockstorageVolumeV3 | undefined {
    const { name, dataVolumeGb, spillVolumeGb, volumeZone } = props;
    const place = volumeZone === undefined ? {} : { availabilityZone: volumeZone };
    if (dataVolumeGb !== undefined)
      return new BlockstorageVolumeV3(this, 'Data', {
        name: `${name}-data`,
        size: dataVolumeGb,
        ...place,
        enableOnlineResize: true,
        lifecycle: { preventDestroy: true },
      });
    if (spillVolumeGb !== undefined)
      return new BlockstorageVolumeV3(this, 'Spill', {
        name: `${name}-spill`,
        size: spillVolumeGb,
        ...place,
      });
    return undefined;
  }

  private createInstance(
    props: ServerProps,
    port: NetworkingPortV2,
    volume: BlockstorageVolumeV3 | undefined,
  ): ComputeInstanceV2 {
    const { name, flavor, imageId, keyPair, bundle, role, isPrimary, serverGroupId, zone } = props;
    return new ComputeInstanceV2(this, 'Instance', {
      name,
      flavorName: flavor,
      imageId,
      ...(keyPair !== undefined && { keyPair }),
      ...(zone !== undefined && { availabilityZone: zone }),
      network: [{ port: port.id }],
      metadata: {
        a2o_bundle: bundle.location,
        a2o_bundle_sha256: bundle.sha256,
        a2o_role: role,
        ...(isPrimary === true && { a2o_primary: 'true' }),
        ...(volume && { a2o_data_volume: volume.id }),
        ...secretReferences(props.services),
      },
      userData: renderUserData(props.surroundings),
      ...(serverGroupId !== undefined && { schedulerHints: [{ group: serverGroupId }] }),
      dependsOn: [bundle.uploaded],
      // A newer image would wipe the root disk, and the other changes replace the server: only a roll may change machines.
      lifecycle: { ignoreChanges: ['image_id', 'key_pair', 'user_data'] },
    });
  }

  private createFloatingIp(pool: string, port: NetworkingPortV2, reachable: readonly ITerraformDependable[]): string {
    const { address } = new NetworkingFloatingipV2(this, 'FloatingIp', { pool });
    new NetworkingFloatingipAssociateV2(this, 'FloatingIpAssociation', {
      floatingIp: address,
      portId: port.id,
      dependsOn: [...reachable],
    });
    return address;
  }
}

function secretReferences(services: readonly Service[]): Record<string, string> {
  const sources = services.flatMap(({ secrets }) => Object.values(secrets));
  return Object.fromEntries(
    sources.flatMap((source) => (source.type === 'generated' ? [[`a2o_secret_${source.name}`, source.ref]] : [])),
  );
}
