/** The resources that Terraform would create, as plain data. Read from the Terraform that was generated for a Plan. */
export interface CloudNeeds {
  readonly servers: readonly {
    readonly name: string;
    readonly flavor: string;
    readonly keyPair: string | undefined;
    readonly zone: string | undefined;
    /** The server group that keeps it apart from servers of the same kind. */
    readonly group: string | undefined;
  }[];
  readonly volumes: readonly { readonly name: string; readonly sizeGb: number; readonly zone: string | undefined }[];
  /** Names of networks with their subnets' CIDR. */
  readonly networks: readonly { readonly name: string; readonly cidr: string }[];
  /** Names of images and of external networks that must exist. */
  readonly images: readonly string[];
  readonly externalNetworks: readonly string[];
  /** Numbers of resources that have a quota but no unique name. */
  readonly counts: Readonly<Record<CountedKind, number>>;
  readonly containers: readonly string[];
}

export type CountedKind = 'floatingip' | 'port' | 'router' | 'security_group' | 'security_group_rule' | 'server_group';

type Body = Readonly<Record<string, unknown>>;

/** The parts of a stack's `cdk.tf.json` that are read here. */
export interface TerraformDocument {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
}

const countedTypes: Readonly<Record<CountedKind, string>> = {
  floatingip: 'networking_floatingip_v2',
  port: 'networking_port_v2',
  router: 'networking_router_v2',
  security_group: 'networking_secgroup_v2',
  security_group_rule: 'networking_secgroup_rule_v2',
  server_group: 'compute_servergroup_v2',
};

/** Adds up the stacks of one lakehouse. */
export function needsOf(documents: readonly TerraformDocument[]): CloudNeeds {
  const all = (kind: 'resource' | 'data', type: string): Body[] =>
    documents.flatMap((document) => Object.values(document[kind]?.[`openstack_${type}`] ?? {}));
  const names = (bodies: readonly Body[], key = 'name'): string[] =>
    [...new Set(bodies.map((body) => textOf(body, key)))].sort();
  return {
    servers: all('resource', 'compute_instance_v2').map((body) => ({
      name: textOf(body, 'name'),
      flavor: textOf(body, 'flavor_name'),
      keyPair: body['key_pair'] as string | undefined,
      zone: body['availability_zone'] as string | undefined,
      group: (body['scheduler_hints'] as readonly { readonly group?: string }[] | undefined)?.[0]?.group,
    })),
    volumes: all('resource', 'blockstorage_volume_v3').map((body) => ({
      name: textOf(body, 'name'),
      sizeGb: Number(body['size']),
      zone: body['availability_zone'] as string | undefined,
    })),
    networks: all('resource', 'networking_subnet_v2').map((body) => ({
      name: textOf(body, 'name'),
      cidr: textOf(body, 'cidr'),
    })),
    images: names(all('data', 'images_image_v2')),
    externalNetworks: names(all('data', 'networking_network_v2').filter(({ external }) => external === true)),
    counts: Object.fromEntries(
      Object.entries(countedTypes).map(([kind, type]) => [kind, all('resource', type).length]),
    ) as CloudNeeds['counts'],
    containers: names(all('resource', 'objectstorage_container_v1')),
  };
}

function textOf(body: Body, key: string): string {
  const value = body[key];
  return typeof value === 'string' ? value : '';
}
