import { NetworkingSecgroupRuleV2 } from '@cdktf/provider-openstack/lib/networking-secgroup-rule-v2';
import { NetworkingSecgroupV2 } from '@cdktf/provider-openstack/lib/networking-secgroup-v2';
import { Construct } from 'constructs';
import { constructId } from '../common/construct-id.js';

/** Sources that may open a TCP connection to a port. All others are refused. */
export interface Opening {
  readonly port: number;
  readonly fromGroups?: readonly string[];
  readonly fromCidrs?: readonly string[];
}

export interface SecurityGroupsProps {
  /** Prefix of the groups' names. */
  readonly name: string;
  /** Openings by group of machines. */
  readonly groups: Readonly<Record<string, readonly Opening[]>>;
}

/** One security group per group of machines: all egress, and ingress only through its openings. Source: Neutron API v2. */
export class SecurityGroups extends Construct {
  private readonly ids: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    this.ids = Object.fromEntries(
      Object.keys(props.groups).map((group) => [group, this.createGroup(props.name, group)]),
    );
    for (const [group, openings] of Object.entries(props.groups)) {
      for (const opening of openings) this.open(group, opening);
    }
  }

  idOf(group: string): string {
    const id = this.ids[group];
    if (id === undefined) throw new Error(`there is no security group ${group}`);
    return id;
  }

  private createGroup(name: string, group: string): string {
    const { id } = new NetworkingSecgroupV2(this, group, { name: `${name}-${group}`, deleteDefaultRules: true });
    new NetworkingSecgroupRuleV2(this, `${group}-egress`, {
      securityGroupId: id,
      direction: 'egress',
      ethertype: 'IPv4',
    });
    return id;
  }

  private open(group: string, { port, fromGroups = [], fromCidrs = [] }: Opening): void {
    const rule = {
      securityGroupId: this.idOf(group),
      direction: 'ingress',
      ethertype: 'IPv4',
      protocol: 'tcp',
      portRangeMin: port,
      portRangeMax: port,
    };
    for (const from of fromGroups) {
      const id = `${group}-${port}-from-${from}`;
      new NetworkingSecgroupRuleV2(this, id, { ...rule, remoteGroupId: this.idOf(from) });
    }
    for (const cidr of fromCidrs) {
      const id = `${group}-${port}-from-${constructId(cidr)}`;
      new NetworkingSecgroupRuleV2(this, id, { ...rule, remoteIpPrefix: cidr });
    }
  }
}
