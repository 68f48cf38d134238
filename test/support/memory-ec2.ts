import type { Ec2Client, Ec2Snapshot } from '../../clients/ec2/index.js';
import { readXml } from '../../clients/ec2/read-xml.js';
import type { TransferFailure } from '../../clients/transfer/index.js';
import { fail, ok } from '../../core/result.js';

type Parameters = Readonly<Record<string, string>>;

export interface MemoryEc2 {
  readonly client: Ec2Client;
  readonly asked: { readonly action: string; readonly parameters: Parameters }[];
  readonly instance: {
    state: string;
    bootMode: string;
    platform: string;
    rootDeviceType: string;
    rootDevice: string;
  };
  /** GiB by volume, in the order in which EC2 lists them. */
  readonly volumes: Map<string, { readonly device: string; readonly sizeGib: string }>;
  readonly snapshots: Ec2Snapshot[];
  /** Of new snapshots. */
  snapshotState: string;
  /** Answers in place of EC2. */
  refuse: (action: string) => TransferFailure | undefined;
}

/** An account of EC2 in memory with the instance i-1, whose states change at once: a stub, not the service. */
export function memoryEc2(): MemoryEc2 {
  const ec2: MemoryEc2 = {
    asked: [],
    instance: {
      state: 'running',
      bootMode: 'uefi-preferred',
      platform: '',
      rootDeviceType: 'ebs',
      rootDevice: '/dev/sda1',
    },
    volumes: new Map([
      ['vol-data', { device: '/dev/sdb', sizeGib: '5' }],
      ['vol-boot', { device: '/dev/sda1', sizeGib: '3' }],
    ]),
    snapshots: [],
    snapshotState: 'completed',
    refuse: () => undefined,
    client: {
      send: (action, parameters) => {
        ec2.asked.push({ action, parameters });
        const refused = ec2.refuse(action);
        if (refused !== undefined) return Promise.resolve(fail(refused));
        const xml = readXml(`<Answer>${answerOf(ec2, action, parameters)}</Answer>`);
        if (xml === undefined) throw new Error(`The stub answers ${action} with something other than XML`);
        return Promise.resolve(ok(xml));
      },
    },
  };
  return ec2;
}

function answerOf(ec2: MemoryEc2, action: string, parameters: Parameters): string {
  switch (action) {
    case 'DescribeInstances': {
      const isKnown = parameters['InstanceId.1'] === 'i-1' && ec2.instance.state !== 'gone';
      const found = isKnown ? items([instanceOf(ec2)]) : '';
      return `<reservationSet>${items([`<instancesSet>${found}</instancesSet>`])}</reservationSet>`;
    }
    case 'DescribeVolumes': {
      const asked = Object.entries(parameters).flatMap(([name, id]) => (name.startsWith('VolumeId.') ? [id] : []));
      const found = asked.flatMap((id) => {
        const volume = ec2.volumes.get(id);
        return volume === undefined ? [] : [`<volumeId>${id}</volumeId><size>${volume.sizeGib}</size>`];
      });
      return `<volumeSet>${items(found)}</volumeSet>`;
    }
    case 'CreateSnapshots':
      for (const volumeId of ec2.volumes.keys())
        ec2.snapshots.push(newSnapshot(ec2, volumeId, tagsIn(parameters, /^TagSpecification\.1\.Tag\.(\d+)\.Key$/)));
      return '';
    case 'DescribeSnapshots': {
      const wanted = Object.entries(tagsIn(parameters, /^Filter\.(\d+)\.Name$/));
      const found = ec2.snapshots.filter(({ tags }) =>
        wanted.every(([name, value]) => tags[name.replace(/^tag:/, '')] === value),
      );
      return `<snapshotSet>${items(found.map(renderSnapshot))}</snapshotSet>`;
    }
    case 'DeleteSnapshot':
      ec2.snapshots.splice(
        ec2.snapshots.findIndex(({ id }) => id === parameters['SnapshotId']),
        1,
      );
      return '';
    case 'StopInstances':
    case 'StartInstances':
      ec2.instance.state = action === 'StopInstances' ? 'stopped' : 'running';
      return '';
    default:
      throw new Error(`The stub does not know ${action}`);
  }
}

function items(inner: readonly string[]): string {
  return inner.map((one) => `<item>${one}</item>`).join('');
}

function instanceOf({ instance, volumes }: MemoryEc2): string {
  const mappings = [...volumes].map(
    ([id, { device }]) => `<deviceName>${device}</deviceName><ebs><volumeId>${id}</volumeId></ebs>`,
  );
  const { state, bootMode, platform, rootDeviceType, rootDevice } = instance;
  return `<instanceId>i-1</instanceId><instanceState><name>${state}</name></instanceState><platform>${platform}</platform>
    <bootMode>${bootMode}</bootMode><rootDeviceName>${rootDevice}</rootDeviceName>
    <rootDeviceType>${rootDeviceType}</rootDeviceType><tagSet>${items(['<key>Name</key><value>web</value>'])}</tagSet>
    <blockDeviceMapping>${items(mappings)}</blockDeviceMapping>
    <networkInterfaceSet>${items([
      `<privateIpAddressesSet>${items(['<privateIpAddress>10.0.0.4</privateIpAddress>'])}</privateIpAddressesSet>`,
    ])}</networkInterfaceSet>`;
}

function newSnapshot({ snapshots, snapshotState }: MemoryEc2, volumeId: string, tags: Parameters): Ec2Snapshot {
  const number = snapshots.length + 1;
  return {
    id: `snap-${number}`,
    volumeId,
    state: snapshotState,
    progress: snapshotState === 'completed' ? '100%' : '40%',
    startedAt: new Date(number * 1000).toISOString(),
    tags,
  };
}

function renderSnapshot({ id, volumeId, state, progress, startedAt, tags }: Ec2Snapshot): string {
  const all = Object.entries(tags).map(([key, value]) => `<key>${key}</key><value>${value}</value>`);
  return `<snapshotId>${id}</snapshotId><volumeId>${volumeId}</volumeId><status>${state}</status>
    <progress>${progress}</progress><startTime>${startedAt}</startTime><tagSet>${items(all)}</tagSet>`;
}

/** `….1.Key` is `a`, `….1.Value` or `….1.Value.1` is `b`: { a: b }. */
function tagsIn(parameters: Parameters, key: RegExp): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, tag]) => {
      if (!key.test(name)) return [];
      const value = name.replace(/(Key|Name)$/, 'Value');
      return [[tag, parameters[value] ?? parameters[`${value}.1`] ?? '']];
    }),
  );
}
