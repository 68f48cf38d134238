import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { TransferFailure } from '../transfer/failure.js';
import type { Ec2Client, QueryParameters } from './client.js';
import type { XmlElement } from './read-xml.js';

/** An instance, as far as moving it takes. */
export interface Instance {
  readonly id: string;
  /** Of the tag `Name`; empty where there is none. */
  readonly name: string;
  /** Such as `running` or `stopped`. */
  readonly state: string;
  readonly isWindows: boolean;
  /** `uefi`, `legacy-bios`, `uefi-preferred`; empty where EC2 does not tell. */
  readonly bootMode: string;
  readonly rootDevice: string;
  /** Whether the root disk is on EBS. */
  readonly rootIsVolume: boolean;
  readonly volumes: readonly { readonly id: string; readonly device: string }[];
  readonly addresses: readonly string[];
}

export interface Ec2Snapshot {
  readonly id: string;
  readonly volumeId: string;
  /** `pending`, `completed` or `error`. */
  readonly state: string;
  /** In percent. */
  readonly progress: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Answers of EC2 as values. Needs ec2:DescribeInstances. */
export async function describeInstance(
  ec2: Ec2Client,
  id: string,
  signal: AbortSignal,
): Promise<Result<Instance | undefined, TransferFailure>> {
  const answer = await ec2.send('DescribeInstances', { 'InstanceId.1': id }, signal);
  if (!answer.ok) return isUnknown(answer.error) ? ok(undefined) : answer;
  const found = answer.value.items('reservationSet').flatMap((reservation) => reservation.items('instancesSet'));
  const instance = found[0];
  return ok(instance === undefined ? undefined : instanceOf(instance));
}

function isUnknown({ code }: TransferFailure): boolean {
  return code === 'InvalidInstanceID.NotFound' || code === 'InvalidInstanceID.Malformed';
}

function instanceOf(element: XmlElement): Instance {
  const text = (name: string): string => element.one(name).text;
  const addresses = element
    .items('networkInterfaceSet')
    .flatMap((one) => one.items('privateIpAddressesSet').map((address) => address.one('privateIpAddress').text));
  return {
    id: text('instanceId'),
    name: tagsOf(element)['Name'] ?? '',
    state: element.one('instanceState').one('name').text,
    isWindows: text('platform') === 'windows',
    bootMode: text('currentInstanceBootMode') || text('bootMode'),
    rootDevice: text('rootDeviceName'),
    rootIsVolume: text('rootDeviceType') === 'ebs',
    volumes: element.items('blockDeviceMapping').map((mapping) => ({
      id: mapping.one('ebs').one('volumeId').text,
      device: mapping.one('deviceName').text,
    })),
    addresses: addresses.length > 0 ? addresses : [text('privateIpAddress')].filter((one) => one !== ''),
  };
}

function tagsOf(element: XmlElement): Record<string, string> {
  return Object.fromEntries(element.items('tagSet').map((tag) => [tag.one('key').text, tag.one('value').text]));
}

/** Sizes in GiB, by id. Needs ec2:DescribeVolumes. */
export async function volumeSizes(
  ec2: Ec2Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, number>, TransferFailure>> {
  const answer = await ec2.send('DescribeVolumes', numbered('VolumeId', ids), signal);
  if (!answer.ok) return answer;
  return ok(
    new Map(
      answer.value.items('volumeSet').map((volume) => [volume.one('volumeId').text, Number(volume.one('size').text)]),
    ),
  );
}

/** One snapshot of each volume of an instance, all of the same moment, with these tags. Needs ec2:CreateSnapshots, ec2:CreateTags. */
export async function createSnapshots(
  ec2: Ec2Client,
  { instanceId, tags }: { readonly instanceId: string; readonly tags: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Result<void, TransferFailure>> {
  const tagParameters = Object.entries(tags).flatMap(([key, value], index) => [
    [`TagSpecification.1.Tag.${index + 1}.Key`, key],
    [`TagSpecification.1.Tag.${index + 1}.Value`, value],
  ]);
  const parameters: QueryParameters = {
    'InstanceSpecification.InstanceId': instanceId,
    'TagSpecification.1.ResourceType': 'snapshot',
    ...(Object.fromEntries(tagParameters) as Record<string, string>),
  };
  const answer = await ec2.send('CreateSnapshots', parameters, signal);
  return answer.ok ? ok(undefined) : answer;
}

/** Own snapshots with all of these tags. Needs ec2:DescribeSnapshots. */
export async function findSnapshots(
  ec2: Ec2Client,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Result<readonly Ec2Snapshot[], TransferFailure>> {
  const filters = Object.entries(tags).flatMap(([key, value], index) => [
    [`Filter.${index + 1}.Name`, `tag:${key}`],
    [`Filter.${index + 1}.Value.1`, value],
  ]);
  const asked = { 'Owner.1': 'self', ...(Object.fromEntries(filters) as Record<string, string>) };
  const found: Ec2Snapshot[] = [];
  let token = '';
  do {
    const parameters: QueryParameters = { ...asked, ...(token !== '' && { NextToken: token }) };
    const answer = await ec2.send('DescribeSnapshots', parameters, signal);
    if (!answer.ok) return answer;
    found.push(...answer.value.items('snapshotSet').map(snapshotOf));
    token = answer.value.one('nextToken').text;
  } while (token !== '');
  return ok(found);
}

function snapshotOf(element: XmlElement): Ec2Snapshot {
  const text = (name: string): string => element.one(name).text;
  return {
    id: text('snapshotId'),
    volumeId: text('volumeId'),
    state: text('status'),
    progress: text('progress'),
    startedAt: text('startTime'),
    tags: tagsOf(element),
  };
}

/** Needs ec2:DeleteSnapshot. One that does not exist is deleted. */
export async function deleteSnapshot(
  ec2: Ec2Client,
  id: string,
  signal: AbortSignal,
): Promise<Result<void, TransferFailure>> {
  const answer = await ec2.send('DeleteSnapshot', { SnapshotId: id }, signal);
  if (answer.ok || answer.error.code === 'InvalidSnapshot.NotFound') return ok(undefined);
  return fail(answer.error);
}

/** Needs ec2:StopInstances or ec2:StartInstances. Returns when EC2 has accepted it. */
export async function switchInstance(
  ec2: Ec2Client,
  { id, to }: { readonly id: string; readonly to: 'running' | 'stopped' },
  signal: AbortSignal,
): Promise<Result<void, TransferFailure>> {
  const answer = await ec2.send(to === 'running' ? 'StartInstances' : 'StopInstances', { 'InstanceId.1': id }, signal);
  return answer.ok ? ok(undefined) : answer;
}

function numbered(name: string, values: readonly string[]): QueryParameters {
  return Object.fromEntries(values.map((value, index) => [`${name}.${index + 1}`, value]));
}
