import { ComputeServergroupV2 } from '@cdktf/provider-openstack/lib/compute-servergroup-v2';
import { DataOpenstackImagesImageV2 } from '@cdktf/provider-openstack/lib/data-openstack-images-image-v2';
import { Annotations, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { ConfigBundle } from '../constructs/config-bundle/index.js';
import { MachineCredential } from '../constructs/machine/index.js';
import { Metrics } from '../constructs/metrics/index.js';
import { Network, SecurityGroups } from '../constructs/network/index.js';
import { Server } from '../constructs/server/index.js';
import { trinoPort } from '../constructs/trino/index.js';
import type { MachineName } from '../core/address-plan.js';
import { systemContainer } from '../core/lakehouse-names.js';
import type { Plan } from '../mappings/plan.js';
import type { LakehouseSize } from '../mappings/size-lakehouse.js';
import type { Target } from '../mappings/template.js';
import { LakehouseServices } from './lakehouse-services.js';
import { monitored, scrapeTargets } from './monitored.js';
import { applyTerraformSettings } from './terraform-settings.js';
import { hostNameOf, machinesOf, layoutOf, zoneOf } from './machine-layout.js';
import type { MachineGroup, MachineLayout } from './machine-layout.js';

/** The resources that the machine groups of the stack share. */
interface Shared {
  readonly plan: Plan;
  readonly size: LakehouseSize;
  readonly layout: MachineLayout;
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
    const { target, size } = plan;
    applyTerraformSettings(this, target);
    const layout = trusting(monitored(layoutOf(target, size), plan), target);
    this.warn(target);

    const network = new Network(this, 'Network', {
      name: target.name,
      cidr: target.network.cidr,
      dnsServers: target.network.dnsServers,
      externalNetwork: target.network.external ?? undefined,
      addresses: layout.addresses,
    });
    const securityGroups = new SecurityGroups(this, 'SecurityGroups', { name: target.name, groups: layout.openings });
    const services = new LakehouseServices(this, 'Services', {
      plan,
      size,
      layout,
      addressOf: (machine) => network.addressOf(machine),
    });
    const bundle = new ConfigBundle(this, 'ConfigBundle', {
      containerName: systemContainer(target),
      roles: Object.fromEntries(
        layout.groups.map((group) => [group.name, services.named(group.services).map(({ name }) => name)]),
      ),
      services: services.named([...new Set(layout.groups.flatMap((group) => group.services))]),
      hosts: hostsFile(layout, network),
    });
    // Ceph's gateway does not tell Keystone that it supports access rules, so Keystone rejects such a credential there.
    if (target.objectStore.type === 'swift')
      new MachineCredential(this, 'MachineCredential', { containerName: systemContainer(target) });
    if (target.network.monitorFrom.length > 0)
      new Metrics(this, 'Monitoring', {
        name: target.name,
        targets: scrapeTargets(layout, plan, (machine) => network.addressOf(machine)),
      });
    const image = new DataOpenstackImagesImageV2(this, 'Image', { name: target.image, mostRecent: true });
    const shared = { plan, size, layout, network, securityGroups, services, bundle, imageId: image.id };
    const entrances = layout.groups.flatMap((group) => this.createGroup(group, shared));
    this.createOutputs(target.name, entrances, services, size);
  }

  /** Returns the addresses where people reach Trino. */
  private createGroup(group: MachineGroup, shared: Shared): string[] {
    const { plan, size, layout, network, securityGroups, services, bundle, imageId } = shared;
    const { target } = plan;
    const apart =
      group.count > 1
        ? new ComputeServergroupV2(this, `${group.name}-apart`, {
            name: `${target.name}-${group.name}`,
            policies: ['soft-anti-affinity'],
          })
        : undefined;
    const servers = machinesOf(group).map((machine) => {
      const host = hostNameOf(layout, machine);
      const zone = zoneOf(layout, group, machine);
      return new Server(this, host, {
        name: `${target.name}-${host}`,
        machine,
        flavor: group.flavor,
        imageId,
        keyPair: target.keyPair ?? undefined,
        network,
        securityGroupId: securityGroups.idOf(group.name),
        role: group.name,
        isPrimary: layout.isReplicated && isSame(machine, layout.database),
        bundle,
        services: services.named(group.services),
        dataVolumeGb: group.volume === 'data' ? size.dataVolumeGb : undefined,
        spillVolumeGb: group.volume === 'spill' ? size.spillVolumeGb : undefined,
        zone,
        volumeZone: target.volumeZones === 'same' ? zone : undefined,
        floatingIpFrom: group.isEntrance ? (target.network.external ?? undefined) : undefined,
        serverGroupId: apart?.id,
        surroundings: { authorities: target.trust?.authorities, mirrors: target.mirrors, proxy: target.proxy },
      });
    });
    return group.isEntrance ? servers.map(({ address }) => address) : [];
  }

  private createOutputs(
    name: string,
    addresses: readonly string[],
    { trino }: LakehouseServices,
    size: LakehouseSize,
  ): void {
    const urls = addresses.map((address) => `https://${address}:${trinoPort}`);
    new TerraformOutput(this, 'trino_url', { value: urls[0] });
    if (urls.length > 1) {
      const description = 'Doors to the same clusters: give a DNS name all of their addresses.';
      new TerraformOutput(this, 'trino_urls', { value: urls, description });
    }
    new TerraformOutput(this, 'trino_admin_password_secret', {
      value: trino.adminPassword.name,
      description: 'Name of the Barbican secret; the password is its 64 hexadecimal digits.',
    });
    new TerraformOutput(this, 'size', {
      value: Object.fromEntries(size.figures.map(({ name: figure, value }) => [figure, value])),
      description: `Of ${name}: \`aws2openstack explain sizing\` says where each figure comes from.`,
    });
  }

  /** Warns of settings that are allowed but rarely intended. */
  private warn({ network, runner, topology, zones }: Target): void {
    const { node } = this;
    const warnings = Annotations.of(this);
    for (const key of ['allowFrom', 'monitorFrom'] as const) {
      // Two /1 networks are the entire internet, too.
      if (!network[key].some((cidr) => /\/[01]$/.test(cidr))) continue;
      warnings.addWarning(
        `${node.id}: target.network.${key} opens Trino to the entire internet; list the networks of your users there instead.`,
      );
    }
    if (runner === null && topology !== 'small') {
      warnings.addWarning(
        `${node.id}: target.runner is null, so the runner machines have no workers; set its image and sourceSecret, or run \`aws2openstack migrate worker\` elsewhere.`,
      );
    }
    if (topology === 'ha' && new Set(zones).size < 3) {
      warnings.addWarning(
        `${node.id}: target.zones has ${new Set(zones).size} zones; with fewer than three, the loss of one stops the lakehouse.`,
      );
    }
  }
}

/** The layout with the service that makes machines trust the authorities of the target, before all others. */
function trusting(layout: MachineLayout, { trust }: Target): MachineLayout {
  if (trust === undefined) return layout;
  return { ...layout, groups: layout.groups.map((group) => ({ ...group, services: ['trust', ...group.services] })) };
}

function isSame(one: MachineName, other: MachineName): boolean {
  return one.group === other.group && one.number === other.number;
}

/** Every machine's name, and each service's name once for every machine that it stands for. */
function hostsFile(layout: MachineLayout, network: Network): [address: string, name: string][] {
  const { groups, aliases } = layout;
  return groups.flatMap((group) =>
    machinesOf(group).flatMap((machine) => {
      const standsFor = Object.keys(aliases).filter((alias) => aliases[alias]?.some((other) => isSame(machine, other)));
      const names = new Set([hostNameOf(layout, machine), ...standsFor.sort()]);
      return [...names].map((name): [string, string] => [network.addressOf(machine), name]);
    }),
  );
}
