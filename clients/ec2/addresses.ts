import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { TransferFailure } from '../transfer/failure.js';
import type { Ec2Client } from './client.js';

/** The primary private IPv4 address of an instance, then its first of IPv6. Needs ec2:DescribeInstances. */
export async function readAddresses(
  ec2: Ec2Client,
  instanceId: string,
  signal: AbortSignal,
): Promise<Result<readonly string[], TransferFailure>> {
  const answer = await ec2.send('DescribeInstances', { 'InstanceId.1': instanceId }, signal);
  if (!answer.ok) return answer;
  const instances = answer.value.items('reservationSet').flatMap((reservation) => reservation.items('instancesSet'));
  const found = instances.flatMap((instance) => [
    instance.one('privateIpAddress').text,
    ...instance
      .items('networkInterfaceSet')
      .flatMap((one) => one.items('ipv6AddressesSet').map((address) => address.one('ipv6Address').text))
      .slice(0, 1),
  ]);
  return ok(found.filter((address) => address !== ''));
}
