import { expect, test } from '@jest/globals';
import {
  addressType,
  canonicalName,
  isInZone,
  isSameContent,
  reverseName,
  shownContent,
  zoneOf,
} from '../../../waves/dns/records.js';

// RFC 1035, section 3.5, and RFC 3596, section 2.5, have these two.
test.each([
  ['10.2.0.52', '52.0.2.10.in-addr.arpa'],
  ['4321:0:1:2:3:4:567:89ab', 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa'],
])('the reverse name of %s', (address, name) => {
  expect(reverseName(address)).toBe(name);
});

test('the kind of record follows from the address', () => {
  expect(['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'].map(addressType)).toEqual(['A', 'AAAA', 'AAAA']);
});

test('names are the same in any case, and with or without a dot at the end', () => {
  expect(canonicalName('Web-1.Acme.Example.')).toBe('web-1.acme.example');
  expect(isInZone('Web.acme.example.', 'ACME.example')).toBe(true);
  expect(isInZone('acme.example', 'acme.example.')).toBe(true);
  expect(isInZone('web.notacme.example', 'acme.example')).toBe(false);
});

test('of several zones, the longest one has the name', () => {
  const zones = ['10.in-addr.arpa', '20.10.in-addr.arpa'];
  expect(zoneOf('21.0.20.10.in-addr.arpa', zones)).toBe('20.10.in-addr.arpa');
  expect(zoneOf('21.0.30.10.in-addr.arpa', zones)).toBe('10.in-addr.arpa');
  expect(zoneOf('1.2.0.192.in-addr.arpa', zones)).toBeUndefined();
});

test.each([
  [{ ttl: 300, values: ['192.0.2.1', '192.0.2.2'] }, { ttl: 300, values: ['192.0.2.2', '192.0.2.1'] }, true],
  [{ ttl: 300, values: ['2001:db8::1'] }, { ttl: 300, values: ['2001:DB8:0:0:0:0:0:1'] }, true],
  [{ ttl: 300, values: ['Web.acme.example.'] }, { ttl: 300, values: ['web.acme.example'] }, true],
  [{ ttl: null, values: ['192.0.2.1'] }, { ttl: 300, values: ['192.0.2.1'] }, true],
  [{ ttl: 60, values: ['192.0.2.1'] }, { ttl: 300, values: ['192.0.2.1'] }, false],
  [{ ttl: 300, values: ['192.0.2.1'] }, { ttl: 300, values: ['192.0.2.2'] }, false],
  [{ ttl: 300, values: ['192.0.2.1'] }, null, false],
  [null, null, true],
])('%j and %j', (one, other, isSame) => {
  expect(isSameContent(one, other)).toBe(isSame);
});

test('content is shown to people', () => {
  expect([null, { ttl: null, values: ['192.0.2.1'] }, { ttl: 60, values: ['a.', 'b.'] }].map(shownContent)).toEqual([
    'nothing',
    '192.0.2.1',
    'a., b. (TTL 60)',
  ]);
});
