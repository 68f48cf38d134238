import { homedir } from 'node:os';
import { join } from 'node:path';
import { ebsClient } from '../../clients/ebs/index.js';
import { ec2Client } from '../../clients/ec2/index.js';
import { cloudClient } from '../../clients/openstack/index.js';
import type { CloudClient } from '../../clients/openstack/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { cloudTarget } from '../../openstack/session/index.js';
import type { TargetCapacity } from '../../waves/plan/index.js';
import { handedOverService, handOverSource, virtV2v } from '../../waves/services/handed-over/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';
import { openStackCapacity, openStackService } from '../../waves/services/openstack/index.js';
import type { DiskResult, OpenStackTarget } from '../../waves/services/openstack/index.js';
import type { DiskSource } from '../../waves/sources/disk-source.js';
import { ebsSource } from '../../waves/sources/ebs/index.js';
import { longWork } from '../../waves/sources/long-work.js';
import { openStackVolumeSource } from '../../waves/sources/openstack-volume/index.js';
import { qemuImg } from '../../waves/sources/qemu-img.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Services that move machines to an OpenStack cloud. */
export interface OpenStackWaves {
  readonly services: readonly MigrationService[];
  readonly capacity: TargetCapacity;
  /** Ends copies that are under way; another worker goes on with them. */
  readonly close: () => Promise<void>;
}

/**
 * The services that the environment has settings for (docs/waves/sources.md); undefined without a target cloud. No
 * request is made.
 * - target: OS_CLOUD, or the OS_* variables
 * - sources: A2O_WAVES_SOURCE_CLOUD, AWS_REGION, A2O_WAVES_HAND_OVER
 */
export function openStackWaves(env: Env): Result<OpenStackWaves | undefined> {
  if (given(env, 'OS_CLOUD') === undefined && given(env, 'OS_AUTH_URL') === undefined) return ok(undefined);
  const region = given(env, 'OS_REGION_NAME');
  if (region === undefined) return fail([missing('OS_REGION_NAME', 'the region of the cloud that machines move to')]);
  const format = given(env, 'A2O_WAVES_IMAGE_FORMAT') ?? 'qcow2';
  if (format !== 'qcow2' && format !== 'raw') return fail([wrongFormat(format)]);
  const found = cloudTarget(env, region);
  if (!found.ok) return found;
  const from = sourceCloud(env, region);
  if (!from.ok) return from;
  const microversions = { compute: given(env, 'OS_COMPUTE_API_VERSION'), volume: given(env, 'OS_VOLUME_API_VERSION') };
  const cloud = cloudClient(found.value, { microversions: onlyMicroversions(microversions) });
  const work = longWork<DiskResult>();
  const tools = qemuImg();
  const aws = awsSource(env);
  const openstack = from.value && openStackVolumeSource({ cloud: from.value, qemuImg: tools });
  const target: OpenStackTarget = {
    cloud,
    qemuImg: tools,
    work,
    workFolder: given(env, 'A2O_WAVES_FOLDER') ?? join(env['HOME'] ?? homedir(), '.cache', 'aws2openstack', 'waves'),
    imageFormat: format,
    sourceOf: ({ source }) => (source === 'aws' ? aws : source === 'openstack' ? openstack : undefined),
  };
  const folder = given(env, 'A2O_WAVES_HAND_OVER');
  const handedOver =
    folder === undefined
      ? []
      : [handedOverService(target, handOverSource({ folder, qemuImg: tools, virtV2v: virtV2v() }))];
  return ok({
    services: [openStackService(target), ...handedOver],
    capacity: openStackCapacity(cloud),
    close: async () => {
      await work.close();
      await cloud.close();
      await from.value?.close();
    },
  });
}

function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/** The OpenStack clients' variables may name a major version, such as `3`, which is not a microversion. */
function onlyMicroversions(versions: Readonly<Record<'compute' | 'volume', string | undefined>>): typeof versions {
  const only = (text: string | undefined): string | undefined => (/^\d+\.\d+$/.test(text ?? '') ? text : undefined);
  return { compute: only(versions.compute), volume: only(versions.volume) };
}

/** A cloud of clouds.yaml. */
function sourceCloud(env: Env, region: string): Result<CloudClient | undefined> {
  const name = given(env, 'A2O_WAVES_SOURCE_CLOUD');
  if (name === undefined) return ok(undefined);
  const found = cloudTarget({ ...env, OS_CLOUD: name }, given(env, 'A2O_WAVES_SOURCE_REGION') ?? region);
  return found.ok ? ok(cloudClient(found.value)) : found;
}

function awsSource(env: Env): DiskSource | undefined {
  const region = given(env, 'AWS_REGION');
  if (region === undefined) return undefined;
  const endpoint = given(env, 'AWS_ENDPOINT_URL');
  const profile = given(env, 'AWS_PROFILE');
  const target = { region, ...(endpoint !== undefined && { endpoint }), ...(profile !== undefined && { profile }) };
  const ebs = ebsClient(target);
  return ebsSource({ ec2: ec2Client({ region, endpoint, credentials: ebs.config.credentials }), ebs });
}

function missing(name: string, what: string): ReturnType<typeof diagnostic> {
  return diagnostic({ code: 'wave-settings', message: `${name} is missing: ${what}.`, fix: `Set ${name}.` });
}

function wrongFormat(format: string): ReturnType<typeof diagnostic> {
  return diagnostic({
    code: 'wave-settings',
    message: `A2O_WAVES_IMAGE_FORMAT is '${format}'; it must be qcow2 or raw.`,
    fix: 'Unset it for qcow2; set it to raw if the cloud keeps images in Ceph.',
  });
}
