import { DataOpenstackNetworkingNetworkV2 } from '@cdktf/provider-openstack/lib/data-openstack-networking-network-v2';
import { NetworkingNetworkV2 } from '@cdktf/provider-openstack/lib/networking-network-v2';
import { NetworkingRouterInterfaceV2 } from '@cdktf/provider-openstack/lib/networking-router-interface-v2';
import { NetworkingRouterV2 } from '@cdktf/provider-openstack/lib/networking-router-v2';
import { NetworkingSubnetV2 } from '@cdktf/provider-openstack/lib/networking-subnet-v2';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { machineAddress, poolOffsets } from '../../core/address-plan.js';
import type { AddressPlan, MachineName } from '../../core/address-plan.js';
import { addressAt, parseCidr } from '../../core/cidr.js';

/** One private network with fixed addresses, and a router to the external network, if there is one. Source: Neutron API v2. */
export interface NetworkProps {
  readonly name: string;
  /** IPv4, with room for every machine. */
  readonly cidr: string;
  readonly dnsServers: readonly string[];
  /**
   * Name of the external network.
   * @default none: machines cannot reach other networks, unless the operator routes the network
   */
  readonly externalNetwork?: string | undefined;
  readonly addresses: AddressPlan;
}

export class Network extends Construct {
  readonly networkId: string;
  readonly subnetId: string;
  /** The resources that must exist before a floating IP can reach a machine. */
  readonly reachable: readonly ITerraformDependable[];
  private readonly cidr: string;
  private readonly addresses: AddressPlan;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { name, externalNetwork } = props;
    this.cidr = props.cidr;
    this.addresses = props.addresses;
    const network = new NetworkingNetworkV2(this, 'Network', { name, adminStateUp: true });
    const range = parseCidr(props.cidr);
    if (range === undefined) throw new Error(`${props.cidr} is not an IPv4 network`);
    const subnet = new NetworkingSubnetV2(this, 'Subnet', {
      name,
      networkId: network.id,
      cidr: props.cidr,
      ipVersion: 4,
      dnsNameservers: [...props.dnsServers],
      gatewayIp: addressAt(range, poolOffsets.gateway),
      allocationPool: [{ start: addressAt(range, poolOffsets.first), end: addressAt(range, poolOffsets.last) }],
    });
    this.networkId = network.id;
    this.subnetId = subnet.id;
    this.reachable = externalNetwork === undefined ? [] : [this.connect(name, externalNetwork)];
  }

  /** The fixed address of a machine. Throws for one that does not fit: the mapping's target was checked for that. */
  addressOf(machine: MachineName): string {
    const address = machineAddress(this.cidr, this.addresses, machine);
    if (address === undefined) throw new Error(`${this.cidr} has no address for ${machine.group} ${machine.number}`);
    return address;
  }

  private connect(name: string, externalNetwork: string): ITerraformDependable {
    const external = new DataOpenstackNetworkingNetworkV2(this, 'External', { name: externalNetwork, external: true });
    const router = new NetworkingRouterV2(this, 'Router', {
      name,
      adminStateUp: true,
      externalNetworkId: external.id,
    });
    return new NetworkingRouterInterfaceV2(this, 'RouterInterface', { routerId: router.id, subnetId: this.subnetId });
  }
}
