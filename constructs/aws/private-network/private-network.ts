import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones/index.js';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';

/**
 * A VPC without a way to the Internet, whose subnets reach AWS services by endpoints. Source: Amazon VPC User Guide, AWS
 * PrivateLink Guide.
 */
export interface PrivateNetworkProps {
  readonly name: string;
  /** A block of 16 to 24 bits, such as `10.60.0.0/20`, which is divided into one subnet a zone. */
  readonly cidr: string;
  /** How many availability zones get a subnet. */
  readonly zones: number;
  readonly region: string;
  /** Reached through the route table, at no cost: `s3` and `dynamodb`. */
  readonly gatewayServices: readonly string[];
  /** Reached through an interface in each subnet, such as `events`. */
  readonly interfaceServices: readonly string[];
}

const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
/** Bits that a subnet's prefix has in addition to the block's. */
const subnetBits = 4;

export class PrivateNetwork extends Construct {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);
    const { name, cidr, region } = props;
    const vpc = new Vpc(this, 'Resource', {
      cidrBlock: cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: name },
    });
    const routes = new RouteTable(this, 'Routes', { vpcId: vpc.id, tags: { Name: name } });
    const zones = new DataAwsAvailabilityZones(this, 'Zones', { state: 'available' });
    this.subnetIds = Array.from({ length: props.zones }, (_, index) => {
      const subnet = new Subnet(this, `Subnet-${index + 1}`, {
        vpcId: vpc.id,
        cidrBlock: Fn.cidrsubnet(cidr, subnetBits, index),
        availabilityZone: Fn.element(zones.names, index) as string,
        tags: { Name: `${name}-${index + 1}` },
      });
      new RouteTableAssociation(this, `Route-${index + 1}`, { subnetId: subnet.id, routeTableId: routes.id });
      return subnet.id;
    });
    const functions = new SecurityGroup(this, 'Functions', {
      name: `${name}-functions`,
      description: 'Lambda functions: HTTPS out, nothing in',
      vpcId: vpc.id,
    });
    const endpoints = new SecurityGroup(this, 'Endpoints', {
      name: `${name}-endpoints`,
      description: 'Endpoints of AWS services: HTTPS from the functions',
      vpcId: vpc.id,
    });
    new VpcSecurityGroupEgressRule(this, 'FunctionsOut', {
      ...https,
      securityGroupId: functions.id,
      cidrIpv4: '0.0.0.0/0',
      description: 'Gateway endpoints have public addresses',
    });
    new VpcSecurityGroupIngressRule(this, 'EndpointsIn', {
      ...https,
      securityGroupId: endpoints.id,
      referencedSecurityGroupId: functions.id,
    });
    for (const service of props.gatewayServices)
      new VpcEndpoint(this, `Endpoint-${service}`, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: [routes.id],
      });
    for (const service of props.interfaceServices)
      new VpcEndpoint(this, `Endpoint-${service}`, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...this.subnetIds],
        securityGroupIds: [endpoints.id],
      });
    this.securityGroupIds = [functions.id];
  }
}
