import { afterEach, expect, test } from '@jest/globals';
import { describeInstance, ec2Client, findSnapshots } from '../../clients/ec2/index.js';
import type { Ec2Client } from '../../clients/ec2/index.js';
import { readXml } from '../../clients/ec2/read-xml.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';

const opened: (LocalServer | Ec2Client)[] = [];
const { signal } = new AbortController();

afterEach(async () => {
  for (const one of opened.splice(0)) await ('stop' in one ? one.stop() : one.close());
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
  opened.push(server, ec2);
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
