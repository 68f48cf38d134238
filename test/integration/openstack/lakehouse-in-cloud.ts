import { App } from 'cdktf';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { planFromFiles } from '../../../mappings/index.js';
import { layOutLakehouse } from '../../../stacks/index.js';
import { ownedBy } from '../../support/openstack-cloud.js';
import type { Cloud, CloudProject } from '../../support/openstack-cloud.js';
import { offlineProviders, outputOf, run } from '../../support/terraform.js';
import type { ProgramRun } from '../../support/terraform.js';

const assessment = 'examples/demo';

export const stacks = ['lakehouse-storage', 'lakehouse'] as const;
export type Stack = (typeof stacks)[number];

/** What one mapping makes in its own project, and the commands by which a user gets there. */
export interface LakehouseInCloud {
  readonly name: string;
  readonly project: CloudProject;
  /** Holds the mapping, and what follows from it. */
  readonly folder: string;
  readonly mapping: string;
  /** By the user's own commands; one bucket is left behind. */
  deploy(): Promise<ProgramRun>;
  /** Writes another mapping, and what the app makes of it; the command takes ten times as long. */
  synthesize(settings: MappingSettings): Promise<void>;
  /** One Terraform command in what was deployed. */
  inStack(stack: Stack, ...args: string[]): Promise<ProgramRun>;
  /** What was synthesized for it. */
  terraformOf(stack: Stack): string;
  /** The user data of any machine: they are all the same. Throws when they are not. */
  userData(): string;
}

interface MappingSettings {
  readonly withBucket?: boolean;
  readonly protectData?: boolean;
  readonly postgresql?: string;
  /** PEM file of `target.trust`. @default that of the authority of the cloud */
  readonly authorityFile?: string;
}

export async function lakehouseInCloud(cloud: Cloud, topology: string, parent: string): Promise<LakehouseInCloud> {
  const name = `it-${topology}`;
  const project = await cloud.project(name);
  // Orders are a record that stays.
  const left = Object.keys(await ownedBy(project)).filter((kind) => kind !== 'orders');
  if (left.length > 0)
    throw new Error(
      `an earlier run left ${left.join(', ')} in the project ${name}; environments/openstack/openstack.sh wipe takes the cloud away`,
    );
  const env = { ...project.env, ...(await offlineProviders()) };
  const automatic = { TF_CLI_ARGS: '-no-color', TF_INPUT: '0' };
  const folder = join(parent, topology);
  const output = join(folder, 'terraform');
  const mapping = join(folder, 'mapping.yaml');
  mkdirSync(folder, { recursive: true });
  const mappingWith = ({ authorityFile = cloud.authorityFile, ...settings }: MappingSettings): string =>
    mappingOf(name, topology, cloud, {
      ...settings,
      ...(authorityFile !== undefined && { authorityFile: relative(folder, authorityFile) }),
    });
  const terraformOf = (stack: Stack): string => readFileSync(join(output, 'stacks', stack, 'cdk.tf.json'), 'utf8');
  return {
    name,
    project,
    folder,
    mapping,
    deploy: async () => {
      writeFileSync(mapping, mappingWith({}));
      const synth = ['synth', '--assessment', assessment, '--mapping', mapping, '--output', output];
      await outputOf(run('node', ['cli/aws2openstack.mjs', ...synth]));
      const args = ['deploy', ...stacks, '--skip-synth', '--skip-provider-lock', '--auto-approve', '--output', output];
      return run('cdktf', args, { env });
    },
    synthesize: async (settings) => {
      writeFileSync(mapping, mappingWith(settings));
      const planned = await planFromFiles({ assessment, mapping, variables: {} });
      if (!planned.ok) throw new Error(JSON.stringify(planned.error));
      const app = new App({ outdir: output });
      layOutLakehouse(app, planned.value.plan);
      app.synth();
    },
    inStack: (stack, ...args) => {
      const cwd = join(output, 'stacks', stack);
      return run('terraform', args, { cwd, env: { ...env, ...automatic } });
    },
    terraformOf,
    userData: () => {
      const { resource } = JSON.parse(terraformOf('lakehouse')) as {
        resource: Record<string, Record<string, { user_data: string }>>;
      };
      const all = Object.values(resource['openstack_compute_instance_v2'] ?? {}).map(({ user_data }) => user_data);
      const [first = '', ...others] = new Set(all);
      if (others.length > 0) throw new Error(`there are ${others.length + 1} different user data`);
      return first;
    },
  };
}

function mappingOf(
  name: string,
  topology: string,
  { s3Endpoint, region }: Cloud,
  { withBucket = false, protectData = true, postgresql = '15', authorityFile }: MappingSettings,
): string {
  return `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: ${name} }
extends: default
target:
  name: ${name}
  topology: ${topology}
  region: ${region}${authorityFile === undefined ? '' : `\n  trust: { caFile: ${authorityFile} }`}
  zones: [az-1, az-2, az-3]
  network: { external: public, allowFrom: [198.51.100.0/24] }
  objectStore: { type: ceph-rgw, endpoint: ${s3Endpoint}, region: default, credentialsSecret: ${name}-object-store }
  catalogs:
    iceberg: { type: iceberg-rest, warehouse: ${name}-warehouse }
  protectData: ${protectData}
  versions: { postgresql: '${postgresql}' }
rules:
  - name: marketing comes later
    when: { kind: [table, database], any: [{ location: 's3://acme-marketing/*' }, { bucket: acme-marketing }] }
    skip: its tables come later
${withBucket ? '' : '  - name: its bucket too\n    when: { kind: bucket, bucket: acme-marketing }\n    skip: it comes later\n'}`;
}
