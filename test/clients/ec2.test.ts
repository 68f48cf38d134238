import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createSnapshots,
  deleteSnapshot,
  describeInstance,
  ec2Client,
  findSnapshots,
  setLaunchTemplate,
  switchInstance,
  volumeSizes,
} from '../../clients/ec2/index.js';
import type { Ec2Client } from '../../clients/ec2/index.js';
import { readXml } from '../../clients/ec2/read-xml.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

const opened: LocalServer[] = [];
const { signal } = new AbortController();

afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
});

interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** EC2 that gives these answers in turn; `asked` are the parameters of the requests. */
async function ec2With(...answers: Answer[]): Promise<{ readonly ec2: Ec2Client; readonly asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const server = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(new URLSearchParams(body));
      expect(request.headers.authorization).toMatch(/Credential=a\/\d{8}\/eu-central-1\/ec2\/aws4_request/);
      const next = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(next.status ?? 200).end(next.body);
    });
  });
  const target = {
    region: 'eu-central-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const ec2 = ec2Client(target, { attempts: 3, firstDelayMs: 1, longestDelayMs: 2 });
  opened.push(server);
  return { ec2, asked };
}

function failure(code: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>it says &amp; why</Message></Error></Errors></Response>`;
}

test('XML becomes elements: texts, nested items, empty elements, entities', () => {
  const xml = readXml(
    '<?xml version="1.0"?>\n<A xmlns="x">\n <set>\n  <item><k>a &amp; b</k><set><item><k>inner</k></item></set></item>\n  <item><k/></item>\n </set>\n</A>',
  );
  expect(xml?.items('set').map((item) => item.one('k').text)).toEqual(['a & b', '']);
  expect(xml?.items('set')[0]?.items('set')[0]?.one('k').text).toBe('inner');
  expect(xml?.one('none').one('deeper').text).toBe('');
});

test.each(['', 'no XML', '<a><b></a></b>', '<a>', '</a>'])('%p is not XML', (text) => {
  expect(readXml(text)).toBeUndefined();
});

test('an instance is described with its disks in the words of EC2', async () => {
  const instance = `<instanceId>i-1</instanceId><instanceState><code>16</code><name>running</name></instanceState>
    <rootDeviceName>/dev/xvda</rootDeviceName><rootDeviceType>ebs</rootDeviceType><bootMode>uefi-preferred</bootMode>
    <currentInstanceBootMode>uefi</currentInstanceBootMode><privateIpAddress>10.0.0.4</privateIpAddress>
    <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item>
    <item><deviceName>/dev/sdf</deviceName><ebs><volumeId>vol-2</volumeId></ebs></item></blockDeviceMapping>
    <tagSet><item><key>Name</key><value>web</value></item></tagSet>`;
  const body = `<DescribeInstancesResponse><reservationSet><item><instancesSet><item>${instance}</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`;
  const { ec2, asked } = await ec2With({ body });
  expect(await describeInstance(ec2, 'i-1', signal)).toEqual({
    ok: true,
    value: {
      id: 'i-1',
      name: 'web',
      state: 'running',
      isWindows: false,
      bootMode: 'uefi',
      rootDevice: '/dev/xvda',
      rootIsVolume: true,
      volumes: [
        { id: 'vol-1', device: '/dev/xvda' },
        { id: 'vol-2', device: '/dev/sdf' },
      ],
      addresses: ['10.0.0.4'],
    },
  });
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    Action: 'DescribeInstances',
    Version: '2016-11-15',
    'InstanceId.1': 'i-1',
  });
});

test('an unknown instance is none; a refusal has the code of EC2 and is not repeated', async () => {
  const { ec2, asked } = await ec2With(
    { status: 400, body: failure('InvalidInstanceID.NotFound') },
    { status: 403, body: failure('UnauthorizedOperation') },
  );
  expect(await describeInstance(ec2, 'i-1', signal)).toEqual({ ok: true, value: undefined });
  expect(await describeInstance(ec2, 'i-1', signal)).toEqual({
    ok: false,
    error: { status: 403, code: 'UnauthorizedOperation', reason: 'it says & why' },
  });
  expect(asked).toHaveLength(2);
});

test('throttling and errors of the server are tried again', async () => {
  const page = '<R><snapshotSet/></R>';
  const { ec2, asked } = await ec2With(
    { status: 503, body: failure('RequestLimitExceeded') },
    { status: 500, body: 'x' },
    { body: page },
  );
  expect(await findSnapshots(ec2, { a2o_migration: 'm-1' }, signal)).toEqual({ ok: true, value: [] });
  expect(asked).toHaveLength(3);
});

test('snapshots are read over all pages', async () => {
  const snapshot = (id: string): string =>
    `<item><snapshotId>${id}</snapshotId><volumeId>vol-1</volumeId><status>pending</status><progress>40%</progress><startTime>2026-01-01T00:00:00Z</startTime></item>`;
  const { ec2, asked } = await ec2With(
    { body: `<R><snapshotSet>${snapshot('snap-1')}</snapshotSet><nextToken>more</nextToken></R>` },
    { body: `<R><snapshotSet>${snapshot('snap-2')}</snapshotSet></R>` },
  );
  const found = await findSnapshots(ec2, { a2o_migration: 'm-1' }, signal);
  expect(found.ok && found.value.map(({ id, state, progress }) => [id, state, progress])).toEqual([
    ['snap-1', 'pending', '40%'],
    ['snap-2', 'pending', '40%'],
  ]);
  expect(asked.map((parameters) => [parameters.get('Filter.1.Name'), parameters.get('NextToken')])).toEqual([
    ['tag:a2o_migration', null],
    ['tag:a2o_migration', 'more'],
  ]);
});

describe('what EC2 is asked for', () => {
  test('sizes of volumes, by their ids', async () => {
    const volume = (id: string, size: string): string => `<item><volumeId>${id}</volumeId><size>${size}</size></item>`;
    const { ec2, asked } = await ec2With({
      body: `<R><volumeSet>${volume('vol-1', '3')}${volume('vol-2', '5')}</volumeSet></R>`,
    });
    const sizes = new Map([
      ['vol-1', 3],
      ['vol-2', 5],
    ]);
    expect(await volumeSizes(ec2, ['vol-1', 'vol-2'], signal)).toEqual({ ok: true, value: sizes });
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({ 'VolumeId.1': 'vol-1', 'VolumeId.2': 'vol-2' });
  });

  test('snapshots of all disks of an instance, with tags', async () => {
    const { ec2, asked } = await ec2With({ body: '<R/>' });
    const order = { instanceId: 'i-1', tags: { a2o_migration: 'm-1', a2o_pass: 'first' } };
    expect(await createSnapshots(ec2, order, signal)).toEqual({ ok: true, value: undefined });
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      Action: 'CreateSnapshots',
      Version: '2016-11-15',
      'InstanceSpecification.InstanceId': 'i-1',
      'TagSpecification.1.ResourceType': 'snapshot',
      'TagSpecification.1.Tag.1.Key': 'a2o_migration',
      'TagSpecification.1.Tag.1.Value': 'm-1',
      'TagSpecification.1.Tag.2.Key': 'a2o_pass',
      'TagSpecification.1.Tag.2.Value': 'first',
    });
  });

  test('to stop and to start an instance', async () => {
    const { ec2, asked } = await ec2With({ body: '<R/>' }, { body: '<R/>' });
    await switchInstance(ec2, { id: 'i-1', to: 'stopped' }, signal);
    await switchInstance(ec2, { id: 'i-1', to: 'running' }, signal);
    expect(asked.map((one) => [one.get('Action'), one.get('InstanceId.1')])).toEqual([
      ['StopInstances', 'i-1'],
      ['StartInstances', 'i-1'],
    ]);
  });

  test('a launch template, whose new version becomes the default', async () => {
    const made = '<R><launchTemplateVersion><versionNumber>4</versionNumber></launchTemplateVersion></R>';
    const { ec2, asked } = await ec2With({ body: made }, { body: '<R/>' });
    const settings = { instanceType: 'm5.large', subnetId: 's-1', securityGroupIds: ['sg-1', 'sg-2'] };
    const answer = await setLaunchTemplate(ec2, 'lt-1', settings, { token: 't', description: 'd', signal });
    expect(answer).toEqual({ ok: true, value: '4' });
    const [version, standard] = asked.map((one) => Object.fromEntries(one));
    expect(version).toMatchObject({
      ...{ LaunchTemplateId: 'lt-1', SourceVersion: '$Default', ClientToken: 't', VersionDescription: 'd' },
      'LaunchTemplateData.InstanceType': 'm5.large',
      'LaunchTemplateData.NetworkInterface.1.SubnetId': 's-1',
      'LaunchTemplateData.NetworkInterface.1.SecurityGroupId.2': 'sg-2',
    });
    expect(standard).toMatchObject({ Action: 'ModifyLaunchTemplate', SetDefaultVersion: '4' });
  });

  test('a launch template whose version EC2 does not name is not made the default', async () => {
    const { ec2, asked } = await ec2With({ body: '<R/>' });
    const settings = { instanceType: 'm5.large', subnetId: 's-1', securityGroupIds: [] };
    expect(await setLaunchTemplate(ec2, 'lt-1', settings, { token: 't', description: 'd', signal })).toMatchObject({
      ok: false,
      error: { reason: 'it named no version of the launch template' },
    });
    expect(asked).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  const refused = { status: 403, body: failure('UnauthorizedOperation') };
  const error = { status: 403, code: 'UnauthorizedOperation', reason: 'it says & why' };

  test('a refusal is the answer of every call', async () => {
    const settings = { instanceType: 'm5.large', subnetId: 's-1', securityGroupIds: [] };
    const calls = [
      (ec2: Ec2Client) => volumeSizes(ec2, ['vol-1'], signal),
      (ec2: Ec2Client) => createSnapshots(ec2, { instanceId: 'i-1', tags: {} }, signal),
      (ec2: Ec2Client) => findSnapshots(ec2, {}, signal),
      (ec2: Ec2Client) => deleteSnapshot(ec2, 'snap-1', signal),
      (ec2: Ec2Client) => switchInstance(ec2, { id: 'i-1', to: 'running' }, signal),
      (ec2: Ec2Client) => setLaunchTemplate(ec2, 'lt-1', settings, { token: 't', description: 'd', signal }),
    ];
    for (const call of calls) expect(await call((await ec2With(refused)).ec2)).toEqual({ ok: false, error });
  });

  test('a snapshot that does not exist is deleted', async () => {
    const { ec2 } = await ec2With({ body: '<R/>' }, { status: 400, body: failure('InvalidSnapshot.NotFound') });
    for (let attempt = 1; attempt <= 2; attempt += 1)
      expect(await deleteSnapshot(ec2, 'snap-1', signal)).toEqual({ ok: true, value: undefined });
  });

  test('an answer that is not XML is asked for again, and then told', async () => {
    const { ec2, asked } = await ec2With({ body: 'a proxy' }, { body: 'a proxy' }, { body: 'a proxy' });
    expect(await describeInstance(ec2, 'i-1', signal)).toMatchObject({
      ok: false,
      error: { reason: 'it sent something other than XML' },
    });
    expect(asked).toHaveLength(3);
  });

  test('a refusal without words has its status', async () => {
    const { ec2 } = await ec2With({ status: 404, body: '' });
    expect(await describeInstance(ec2, 'i-1', signal)).toEqual({
      ok: false,
      error: { status: 404, code: 'HTTP 404', reason: '' },
    });
  });

  test('EC2 that cannot be reached, and credentials that nobody has, are told as such', async () => {
    const retries = { attempts: 2, firstDelayMs: 1, longestDelayMs: 2 };
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const region = (): Promise<string> => Promise.resolve('eu-central-1');
    const nowhere = ec2Client({ region, endpoint: 'http://127.0.0.1:9', credentials }, retries);
    expect(await describeInstance(nowhere, 'i-1', signal)).toMatchObject({
      ok: false,
      error: { status: 0, code: 'connection', reason: expect.stringContaining('ECONNREFUSED') },
    });
    const nobody = (): Promise<never> =>
      Promise.reject(Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }));
    expect(await describeInstance(ec2Client({ region, credentials: nobody }, retries), 'i-1', signal)).toEqual({
      ok: false,
      error: { status: 0, code: 'credentials', reason: 'Could not load credentials' },
    });
    const broken = (): Promise<never> => Promise.reject(new Error('a bug'));
    await expect(describeInstance(ec2Client({ region, credentials: broken }), 'i-1', signal)).rejects.toThrow('a bug');
  });

  test('an interrupted call is neither repeated nor mistaken for a lost connection', async () => {
    const stop = new AbortController();
    const server = await listen((request) => {
      request.resume();
      stop.abort(new Error('the lease is lost'));
    });
    opened.push(server);
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const ec2 = ec2Client({ region: 'eu-central-1', endpoint: server.url, credentials });
    expect(await describeInstance(ec2, 'i-1', stop.signal)).toEqual({
      ok: false,
      error: { status: 0, code: 'aborted', reason: 'aborted' },
    });
  });
});
