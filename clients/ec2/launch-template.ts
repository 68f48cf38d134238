import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AwsFailure } from '../aws-failure.js';
import { askEc2, elementOf } from './query.js';
import type { Ec2Target } from './query.js';

export interface LaunchSettings {
  readonly instanceType: string;
  readonly subnetId: string;
  /** Empty: the default group of the subnet's VPC. */
  readonly securityGroupIds: readonly string[];
  readonly privateIp?: string | undefined;
}

/**
 * Makes a version of a launch template with these settings, based on its default version, and makes it the default. The
 * same token makes one version only. Returns its number.
 */
export async function setLaunchTemplate(
  target: Ec2Target,
  templateId: string,
  settings: LaunchSettings,
  {
    token,
    description,
    signal,
  }: { readonly token: string; readonly description: string; readonly signal?: AbortSignal },
): Promise<Result<string, AwsFailure>> {
  const made = await askEc2(
    target,
    'CreateLaunchTemplateVersion',
    {
      LaunchTemplateId: templateId,
      SourceVersion: '$Default',
      ClientToken: token,
      VersionDescription: description,
      ...renderSettings(settings),
    },
    signal,
  );
  if (!made.ok) return made;
  const version = elementOf(made.value, 'versionNumber');
  if (version === undefined)
    return fail({ kind: 'answer', reason: 'EC2 named no version of the launch template', isPermanent: false });
  const set = await askEc2(
    target,
    'ModifyLaunchTemplate',
    { LaunchTemplateId: templateId, SetDefaultVersion: version },
    signal,
  );
  return set.ok ? ok(version) : set;
}

function renderSettings({
  instanceType,
  subnetId,
  securityGroupIds,
  privateIp,
}: LaunchSettings): Record<string, string> {
  const data = 'LaunchTemplateData';
  const network = `${data}.NetworkInterface.1`;
  const groups = securityGroupIds.map((id, index): [string, string] => [`${network}.SecurityGroupId.${index + 1}`, id]);
  return {
    [`${data}.InstanceType`]: instanceType,
    [`${network}.DeviceIndex`]: '0',
    [`${network}.SubnetId`]: subnetId,
    ...Object.fromEntries(groups),
    ...(privateIp !== undefined && { [`${network}.PrivateIpAddress`]: privateIp }),
  };
}
