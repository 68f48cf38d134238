import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AwsFailure } from '../aws-failure.js';
import { askEc2, elementOf } from './query.js';
import type { Ec2Target } from './query.js';

/** The primary private IPv4 address of an instance, then its first of IPv6. Needs ec2:DescribeInstances. */
export async function readAddresses(
  target: Ec2Target,
  instanceId: string,
  signal?: AbortSignal,
): Promise<Result<readonly string[], AwsFailure>> {
  const answer = await askEc2(target, 'DescribeInstances', { 'InstanceId.1': instanceId }, signal);
  if (!answer.ok) return answer;
  const found = ['privateIpAddress', 'ipv6Address'].map((name) => elementOf(answer.value, name) ?? '');
  return ok(found.filter((address) => address !== ''));
}
