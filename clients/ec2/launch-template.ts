import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { unexpectedAnswer } from '../transfer/failure.js';
import type { TransferFailure } from '../transfer/failure.js';
import type { Ec2Client, QueryParameters } from './client.js';

export interface LaunchSettings {
  readonly instanceType: string;
  readonly subnetId: string;
  /** Empty: the default group of the subnet's VPC. */
  readonly securityGroupIds: readonly string[];
  readonly privateIp?: string | undefined;
}

/**
 * Makes a version of a launch template with these settings, based on its default version, and makes it the default. The
 * same token makes one version only. Returns its number. Needs ec2:CreateLaunchTemplateVersion, ec2:ModifyLaunchTemplate.
 */
export async function setLaunchTemplate(
  ec2: Ec2Client,
  templateId: string,
  settings: LaunchSettings,
  {
    token,
    description,
    signal,
  }: { readonly token: string; readonly description: string; readonly signal: AbortSignal },
): Promise<Result<string, TransferFailure>> {
  const made = await ec2.send(
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
  const version = made.value.one('launchTemplateVersion').one('versionNumber').text;
  if (version === '') return fail(unexpectedAnswer('it named no version of the launch template'));
  const set = await ec2.send(
    'ModifyLaunchTemplate',
    { LaunchTemplateId: templateId, SetDefaultVersion: version },
    signal,
  );
  return set.ok ? ok(version) : set;
}

function renderSettings({ instanceType, subnetId, securityGroupIds, privateIp }: LaunchSettings): QueryParameters {
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
