import { expect, test } from '@jest/globals';
import { optionsOf } from '../../../../waves/services/openstack/options.js';
import { addressesIn, addressIn } from '../../../../waves/services/openstack/addresses.js';
import type { Payload } from '../../../../waves/payload/index.js';

function optionsWith(options: NonNullable<Payload['options']>): unknown {
  return optionsOf({ options } as Payload);
}

test('known options are taken as they are', () => {
  const options = { availabilityZone: 'az-1', configDrive: true, firmware: 'uefi', diskBus: 'sata' };
  expect(optionsWith(options)).toEqual(options);
  expect(optionsOf({} as Payload)).toEqual({});
});

test('all that is wrong is named, with its value and what is allowed', () => {
  expect(() => optionsWith({ configDrive: 'yes', diskBus: 'floppy', toString: 1, volumeType: ' ' })).toThrow(
    expect.objectContaining({
      name: 'ValidationError',
      message:
        'options.configDrive must be true or false (it is "yes"); ' +
        'options.diskBus must be one of virtio, scsi, sata, ide, usb (it is "floppy"); ' +
        'options.toString is not known; known are availabilityZone, volumeZone, volumeType, keyName, configDrive, diskBus, vifModel, firmware; ' +
        'options.volumeType must be the name of a volume type (it is " ").',
    }),
  );
});

test.each([
  ['10.0.0.9', '10.0.0.0/24', true],
  ['10.0.1.9', '10.0.0.0/24', false],
  ['2001:db8::9', '2001:db8::/64', true],
  ['10.0.0.9', '2001:db8::/64', false],
  ['10.0.0', '10.0.0.0/24', false],
  ['10.0.0.300', '10.0.0.0/24', false],
])('%s in %s: %s', (ip, cidr, is) => {
  expect(addressIn(ip, cidr)).toBe(is);
});

test.each([
  ['10.0.0.10', '10.0.0.10', 1],
  ['10.0.0.250', '10.0.1.5', 12],
  ['10.0.0.2', '10.0.0.254', 253],
  ['2001:db8::1', '2001:db8::ff', 255],
  ['2001:db8::', '2001:db8::ffff:ffff:ffff:ffff', Number.MAX_SAFE_INTEGER],
])('from %s to %s there are %i addresses', (first, last, count) => {
  expect(addressesIn(first, last)).toBe(count);
});
