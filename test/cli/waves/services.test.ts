import { expect, test } from '@jest/globals';
import { waveServices } from '../../../cli/waves/services.js';
import type { Payload } from '../../../waves/payload/index.js';
import { payloadOf } from '../../support/wave-payloads.js';

const cloud = {
  OS_AUTH_URL: 'https://keystone.example/v3',
  OS_USERNAME: 'lake',
  OS_PASSWORD: 'secret',
  OS_PROJECT_NAME: 'lake',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_REGION_NAME: 'RegionOne',
};

async function namesFor(env: Readonly<Record<string, string>>, payload: Payload): Promise<readonly string[]> {
  const found = waveServices({ HOME: '/nowhere', ...env });
  if (!found.ok) return found.error.map(({ code, message }) => `${code}: ${message}`);
  await found.value.close();
  return found.value.services.filter((service) => service.serves(payload)).map(({ name }) => name);
}

const fromOpenStack = payloadOf('m-1', { source: 'openstack', target: 'openstack' });
const fromAws = payloadOf('m-2', { source: 'aws', target: 'openstack' });
const toAws = payloadOf('m-1', { source: 'vmware', target: 'aws' });

test('a worker serves the targets that its environment has settings for', async () => {
  expect(await namesFor(cloud, fromOpenStack)).toEqual([]);
  expect(await namesFor({ ...cloud, AWS_REGION: 'eu-central-1' }, fromAws)).toEqual(['openstack']);
  expect(await namesFor(cloud, toAws)).toEqual([]);
  expect(await namesFor({ ...cloud, A2O_WAVES_MGN_REGION: 'eu-central-1' }, toAws)).toEqual(['mgn']);
});

test('settings that are incomplete are named', async () => {
  expect(await namesFor({ ...cloud, OS_REGION_NAME: '' }, fromOpenStack)).toEqual([
    expect.stringContaining('OS_REGION_NAME is missing'),
  ]);
  expect(await namesFor({ ...cloud, A2O_WAVES_IMAGE_FORMAT: 'vmdk' }, fromOpenStack)).toEqual([
    expect.stringContaining("'vmdk'; it must be qcow2 or raw"),
  ]);
});
