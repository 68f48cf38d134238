import { ComputeServergroupV2 } from '@cdktf/provider-openstack/lib/compute-servergroup-v2';
import { DataOpenstackImagesImageV2 } from '@cdktf/provider-openstack/lib/data-openstack-images-image-v2';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { requireValid } from '../constructs/common/index.js';
import { ConfigBundle } from '../constructs/config-bundle/index.js';
import { Network, SecurityGroups } from '../constructs/network/index.js';
import { Server } from '../constructs/server/index.js';
import { trinoPorts } from '../constructs/trino/index.js';
import type { Plan } from '../mappings/plan.js';
import { systemContainer } from './lakehouse-names.js';
import { lakehouseRules } from './lakehouse-rules.js';
import { LakehouseServices } from './lakehouse-services.js';
import { sizeSingleTrino, sizeTrino } from './size-trino.js';
import type { TrinoSize } from './size-trino.js';
import { applyTerraformSettings } from './terraform-settings.js';
import { hostNameOf, machinesOf, smallTopology, standardTopology } from './topology.js';
import type { MachineGroup, Topology } from './topology.js';

/** What one machine of the stack needs of the others. */
interface Shared {
  readonly plan: Plan;
  readonly network: Network;
  readonly securityGroups: SecurityGroups;
  readonly services: LakehouseServices;
  readonly bundle: ConfigBundle;
  readonly imageId: string;
}

/** The machines: network, secrets, catalogs, Trino, runners. Holds no data but the database's volume. */
export class LakehouseStack extends TerraformStack {
  constructor(scope: Construct, id: string, plan: Plan) {
    super(scope, id);
    const { target } = plan;
    applyTerraformSettings(this, target);
    requireValid(this, lakehouseRules, plan);
    const isSmall = target.topology === 'small';
    const size = isSmall ? sizeSingleTrino() : sizeTrino(target.sizing, plan.tables);
    const topology = isSmall ? smallTopology(target) : standardTopology(target, size.workers);

    const network = new Network(this, 'Network', {
      name: target.name,
      cidr: target.network.cidr,
      dnsServers: target.network.dnsServers,
      externalNetwork: target.network.external ?? undefined,
      machines: topology.groups.flatMap(machinesOf),
    });
    const securityGroups = new SecurityGroups(this, 'SecurityGroups', { name: target.name, groups: topology.openings });
    const services = new LakehouseServices(this, 'Services', {
      plan,
      size,
      heapPercent: topology.heapPercent,
      metastoreHosts: hostsOf(topology, 'hive-metastore'),
    });
    const bundle = new ConfigBundle(this, 'ConfigBundle', {
      containerName: systemContainer(target),
      roles: Object.fromEntries(
        topology.groups.map((group) => [group.name, services.named(group.services).map(({ name }) => name)]),
      ),
      services: services.named([...new Set(topology.groups.flatMap((group) => group.services))]),
      hosts: hostsFile(topology, network),
    });
    const image = new DataOpenstackImagesImageV2(this, 'Image', { name: target.image, mostRecent: true });
    const shared = { plan, network, securityGroups, services, bundle, imageId: image.id };
    const entrances = topology.groups.flatMap((group) => this.createGroup(group, shared));
    this.createOutputs(target.name, entrances[0] ?? '', services, size);
  }

  /** Returns the addresses where people reach Trino. */
  private createGroup(group: MachineGroup, shared: Shared): string[] {
    const { plan, network, securityGroups, services, bundle, imageId } = shared;
    const { target } = plan;
    const apart =
      group.count > 1
        ? new ComputeServergroupV2(this, `${group.name}-apart`, {
            name: `${target.name}-${group.name}`,
            policies: ['soft-anti-affinity'],
          })
        : undefined;
    const servers = machinesOf(group).map((machine) => {
      const host = hostNameOf(machine);
      return new Server(this, host, {
        name: `${target.name}-${host}`,
        machine,
        flavor: group.flavor,
        imageId,
        keyPair: target.keyPair ?? undefined,
        network,
        securityGroupId: securityGroups.idOf(group.name),
        role: group.name,
        bundle,
        services: services.named(group.services),
        dataVolumeGb: group.hasData ? target.sizing.dataVolumeGb : undefined,
        floatingIpFrom: group.isEntrance ? (target.network.external ?? undefined) : undefined,
        serverGroupId: apart?.id,
      });
    });
    return group.isEntrance ? servers.map(({ address }) => address) : [];
  }

  private createOutputs(name: string, address: string, { trino }: LakehouseServices, size: TrinoSize): void {
    new TerraformOutput(this, 'trino_url', { value: `https://${address}:${trinoPorts.https}` });
    new TerraformOutput(this, 'trino_admin_password_secret', {
      value: trino.adminPassword.name,
      description: 'Name of the Barbican secret; the password is its 64 hexadecimal digits.',
    });
    new TerraformOutput(this, 'trino_size', {
      value: { workers: size.workers, query_memory_gb: size.queryMemoryGb },
      description: `Of ${name}: ${size.because}.`,
    });
  }
}

function hostsOf({ groups }: Topology, service: string): string[] {
  return groups
    .filter(({ services }) => services.includes(service))
    .flatMap((group) => machinesOf(group).map(hostNameOf));
}

/** Every machine's name, and each service's name once for every machine that it stands for. */
function hostsFile({ groups, hostNames }: Topology, network: Network): [address: string, name: string][] {
  return groups.flatMap((group) =>
    machinesOf(group).flatMap((machine) => {
      const aliases = Object.keys(hostNames).filter((alias) => hostNames[alias] === group.name);
      const names = new Set([hostNameOf(machine), ...aliases.sort()]);
      return [...names].map((name): [string, string] => [network.addressOf(machine), name]);
    }),
  );
}
