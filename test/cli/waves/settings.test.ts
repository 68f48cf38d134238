import { expect, test } from '@jest/globals';
import { waveDns } from '../../../cli/waves/dns.js';
import { waveNotifiers } from '../../../cli/waves/notifiers.js';

const cloud = { OS_AUTH_URL: 'https://keystone.acme.test/v3', OS_TOKEN: 'token', OS_PROJECT_ID: 'p-1' };
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const cmdb = { A2O_WAVES_CALLBACK_SECRET: secret, A2O_WAVES_CMDB_URL: 'https://cmdb.acme.test/{key}' };

function problemsOf(result: ReturnType<typeof waveDns | typeof waveNotifiers>): readonly string[] {
  return result.ok ? [] : result.error.map(({ code, message }) => `${code}: ${message}`);
}

test.each([
  [{}, undefined],
  [{ A2O_WAVES_DNS: '' }, undefined],
  [{ A2O_WAVES_DNS: 'designate', OS_REGION_NAME: 'RegionOne', ...cloud }, 'designate'],
  [{ A2O_WAVES_DNS: 'route53', A2O_WAVES_DNS_ZONES: 'Acme.example.=Z0123, 10.in-addr.arpa=Z4567' }, 'route53'],
])('the DNS service of %j', async (env, name) => {
  const found = waveDns(env);
  expect(problemsOf(found)).toEqual([]);
  if (!found.ok) return;
  expect(found.value.service?.name).toBe(name);
  const { signal } = new AbortController();
  if (name === 'route53') expect(await found.value.service?.zoneProblem('acme.example', signal)).toBeNull();
  await found.value.close();
});

test.each([
  [{ A2O_WAVES_DNS: 'bind' }, "wave-settings: A2O_WAVES_DNS is 'bind'; it must be designate or route53."],
  [{ A2O_WAVES_DNS: 'designate' }, 'wave-settings: OS_REGION_NAME is missing'],
  [{ A2O_WAVES_DNS: 'route53' }, "wave-settings: A2O_WAVES_DNS_ZONES is ''; it must be name=id"],
  [{ A2O_WAVES_DNS: 'route53', A2O_WAVES_DNS_ZONES: 'acme.example' }, 'it must be name=id of each hosted zone'],
])('%j is refused', (env, message) => {
  expect(problemsOf(waveDns(env))).toEqual([expect.stringContaining(message)]);
});

test.each([
  [{}, []],
  [{ A2O_WAVES_CALLBACK_SECRET: secret }, ['callback']],
  [cmdb, ['callback', 'cmdb']],
])('who hears of machines by %j', (env, names) => {
  const found = waveNotifiers(env);
  expect(found.ok ? found.value.map(({ name }) => name) : problemsOf(found)).toEqual(names);
});

test.each([
  [
    { ...cmdb, A2O_WAVES_CALLBACK_SECRET: '' },
    'A2O_WAVES_CALLBACK_SECRET, which signs messages to the CMDB, is missing',
  ],
  [{ ...cmdb, A2O_WAVES_CMDB_URL: 'https://cmdb.acme.test/' }, 'A2O_WAVES_CMDB_URL must be an https URL with {key}'],
  [{ ...cmdb, A2O_WAVES_CMDB_METHOD: 'POST' }, "A2O_WAVES_CMDB_METHOD is 'POST'; it must be PUT or PATCH."],
  [{ ...cmdb, A2O_WAVES_CMDB_CA: '/nowhere/ca.pem' }, 'which cannot be read (ENOENT)'],
])('%j is refused, without its secrets', (env, message) => {
  const problems = problemsOf(waveNotifiers(env));
  expect(problems).toEqual([expect.stringContaining(message)]);
  expect(problems.join()).not.toContain(secret);
});
