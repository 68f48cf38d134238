import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { route53 } from '../../../waves/dns/index.js';
import type { DnsService, RecordKey } from '../../../waves/dns/index.js';
import { PrerequisiteError, TransientError } from '../../../waves/machines/index.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';

const { signal } = new AbortController();
const web: RecordKey = { zone: 'acme.example', name: 'web-1.acme.example', type: 'A' };

let server: LocalServer;
let asked: { readonly method: string; readonly url: string; readonly authorization: string; readonly body: string }[];
let answer: { status: number; xml: string };
let dns: DnsService;

beforeEach(async () => {
  asked = [];
  server = await listen((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, authorization: headers.authorization ?? '', body });
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.xml);
    });
  });
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  dns = route53({
    target: () => Promise.resolve({ region: 'eu-central-1', credentials, endpoint: server.url }),
    zones: { 'acme.example': 'Z0123' },
  });
});

afterEach(async () => {
  await server.stop();
});

function listed(inside: string): void {
  const set = `<ResourceRecordSet><Name>web-1.acme.example.</Name><Type>A</Type>${inside}</ResourceRecordSet>`;
  answer = { status: 200, xml: `<ListResourceRecordSetsResponse><ResourceRecordSets>${set}</ResourceRecordSets></x>` };
}

const values = (...all: readonly string[]): string =>
  `<TTL>120</TTL><ResourceRecords>${all.map((value) => `<ResourceRecord><Value>${value}</Value></ResourceRecord>`).join('')}</ResourceRecords>`;

test('a simple record set is read from its zone, signed for the region of Route 53', async () => {
  listed(values('198.51.100.2', '198.51.100.3'));
  expect(await dns.read(web, signal)).toEqual({ ttl: 120, values: ['198.51.100.2', '198.51.100.3'] });
  expect(asked[0]).toMatchObject({
    method: 'GET',
    url: '/2013-04-01/hostedzone/Z0123/rrset?name=web-1.acme.example.&type=A&maxitems=1',
    authorization: expect.stringContaining('/us-east-1/route53/aws4_request'),
  });
});

test('the listing goes on with the next name where there is none', async () => {
  listed(values('198.51.100.2'));
  expect(await dns.read({ ...web, name: 'a.acme.example' }, signal)).toBeNull();
  expect(await dns.read({ ...web, type: 'AAAA' }, signal)).toBeNull();
});

test.each([
  ['<AliasTarget><DNSName>elb.example.</DNSName></AliasTarget>', 'is an alias'],
  [`<SetIdentifier>blue</SetIdentifier><Weight>1</Weight>${values('198.51.100.2')}`, 'a routing policy (blue)'],
])('what is not simple is refused: %s', async (inside, message) => {
  listed(inside);
  await expect(dns.read(web, signal)).rejects.toThrow(PrerequisiteError);
  await expect(dns.read(web, signal)).rejects.toThrow(message);
});

test('a change is an UPSERT; a removal names exactly what is there', async () => {
  answer = { status: 200, xml: '<ChangeInfo><Id>/change/C42</Id><Status>PENDING</Status></ChangeInfo>' };
  expect(await dns.write(web, { ttl: null, values: ['192.0.2.7'] }, signal)).toBe('C42');
  expect(asked[0]).toMatchObject({ method: 'POST', url: '/2013-04-01/hostedzone/Z0123/rrset/' });
  expect(asked[0]?.body).toContain('<Action>UPSERT</Action>');
  expect(asked[0]?.body).toContain('<Name>web-1.acme.example.</Name><Type>A</Type><TTL>300</TTL>');
  listed(values('198.51.100.2'));
  await expect(dns.write(web, null, signal)).rejects.toThrow('it named no change');
  expect(asked.at(-1)?.body).toContain('<Action>DELETE</Action>');
  expect(asked.at(-1)?.body).toContain('<TTL>120</TTL>');
  expect(asked.at(-1)?.body).toContain('<Value>198.51.100.2</Value>');
});

test('a change is waited for until it is INSYNC', async () => {
  answer = { status: 200, xml: '<ChangeInfo><Id>/change/C42</Id><Status>PENDING</Status></ChangeInfo>' };
  expect(await dns.progress('C42', signal)).toBe('pending');
  answer = { status: 200, xml: '<ChangeInfo><Id>/change/C42</Id><Status>INSYNC</Status></ChangeInfo>' };
  expect(await dns.progress('C42', signal)).toBe('active');
  expect(asked.at(-1)?.url).toBe('/2013-04-01/change/C42');
});

test.each([
  [400, 'PriorRequestNotComplete', TransientError],
  [400, 'Throttling', TransientError],
  [500, 'InternalError', TransientError],
  [403, 'AccessDenied', PrerequisiteError],
  [400, 'InvalidChangeBatch', PrerequisiteError],
])('%i %s', async (status, code, kind) => {
  answer = { status, xml: `<ErrorResponse><Error><Code>${code}</Code><Message>No.</Message></Error></ErrorResponse>` };
  const change = dns.write(web, { ttl: 60, values: ['192.0.2.7'] }, signal);
  await expect(change).rejects.toThrow(kind);
  await expect(change).rejects.toThrow(`Changing A web-1.acme.example in Route 53 failed (${code}): No.`);
});

test('only zones of the settings are changed', async () => {
  expect(await dns.zoneProblem('shop.example', signal)).toContain('The zone shop.example is not among those');
  expect(await dns.zoneProblem('acme.example', signal)).toBeNull();
  await expect(dns.read({ ...web, zone: 'shop.example' }, signal)).rejects.toThrow(PrerequisiteError);
  expect(asked).toEqual([]);
});
