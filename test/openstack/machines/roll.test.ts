import { expect, test } from '@jest/globals';
import { ok } from '../../../core/result.js';
import type { Target } from '../../../mappings/template.js';
import { readMachines, rollMachines } from '../../../openstack/machines/index.js';
import type { CloudSession } from '../../../openstack/session/index.js';
import { planWith } from '../../support/plan-builder.js';
import { resourcesOf, synthesize } from '../../support/synth.js';

interface Server {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The servers of what is synthesized for a target. */
function serversOf(target: Partial<Target>): Server[] {
  return [...resourcesOf(synthesize(planWith({ target })), 'lakehouse')]
    .filter(([address]) => address.startsWith('openstack_compute_instance_v2.'))
    .map(([, config]) => config as unknown as Server);
}

/**
 * A cloud of these servers, none with the bundle that it should have; each takes it when it is told to, as those do that
 * run. Remembers who was told.
 */
function cloudOf(servers: readonly Server[], lost: readonly string[] = []): { session: CloudSession; told: string[] } {
  const told: string[] = [];
  const answer = (body: unknown, status = 200): ReturnType<CloudSession['send']> =>
    Promise.resolve(ok({ status, headers: {}, text: JSON.stringify(body) }));
  const session: Pick<CloudSession, 'send'> = {
    send: (_service, path, { method = 'GET', body = '' } = {}) => {
      if (path === '/servers/detail')
        return answer({ servers: servers.map((server) => ({ status: 'ACTIVE', ...server })) });
      if (path === '/volumes/detail') return answer({ volumes: [] });
      const name = /\/machines\/(.*)\.json$/.exec(path)?.[1];
      if (name !== undefined) {
        const wanted = servers.find((server) => server.name === name)?.metadata['a2o_bundle_sha256'];
        const bundle = told.includes(name) && !lost.includes(name) ? wanted : 'of before';
        return answer({ at: '2026-01-01T00:00:00Z', bundle, error: null, services: {} });
      }
      if (method !== 'PUT' || !path.endsWith('/config/roll.json')) return answer({}, 404);
      const { machines } = JSON.parse(body) as { machines: readonly string[] };
      told.push(...machines.filter((each) => !told.includes(each)));
      return answer({}, 201);
    },
  };
  return { session: session as CloudSession, told };
}

const quietly = { timeoutSeconds: 0.01, say: () => undefined };

/** Names without the lakehouse's, and those of one role that follow one another as one. */
function roles(told: readonly string[]): string[] {
  const names = told.map((name) => name.replace(/^lake-/, '').replace(/-\d+$/, ''));
  return names.filter((name, index) => name !== names[index - 1]);
}

test.each<[Target['topology'], string[]]>([
  ['small', ['lakehouse']],
  ['standard', ['worker', 'runner', 'database', 'catalog', 'coordinator']],
  ['ha', ['batch-worker', 'worker', 'runner', 'database', 'catalog', 'batch-coordinator', 'coordinator', 'gateway']],
])('%s: dispensable roles first, then each before those that depend on it', async (topology, order) => {
  const servers = serversOf({ topology });
  const { session, told } = cloudOf(servers);
  expect(await rollMachines(session, 'lake', quietly)).toEqual(ok(told));
  expect(told).toHaveLength(servers.length);
  expect(roles(told)).toEqual(order);
});

test.each([1, 2, 3])(
  'database %i comes after those that copy it, so that there is no second primary',
  async (primary) => {
    const { session, told } = cloudOf(serversOf({ topology: 'ha', databasePrimary: primary }));
    await rollMachines(session, 'lake', quietly);
    const databases = told.filter((name) => name.includes('database'));
    const replicas = [1, 2, 3].filter((number) => number !== primary);
    expect(databases).toEqual([...replicas, primary].map((number) => `lake-database-${number}`));
  },
);

test('a machine that is lost stops the roll; those that are named can do without it', async () => {
  const lost = ['lake-database-1'];
  const servers = serversOf({ topology: 'ha', databasePrimary: 2 });
  const stopped = await rollMachines(cloudOf(servers, lost).session, 'lake', quietly);
  expect(stopped).toMatchObject({ ok: false, error: [{ code: 'roll-stopped', path: 'lake-database-1' }] });

  const { session, told } = cloudOf(servers, lost);
  const only = ['lake-database-3', 'lake-database-2', 'catalog'];
  expect(await rollMachines(session, 'lake', { ...quietly, only })).toEqual(ok(told));
  const catalogs = [1, 2, 3, 4, 5, 6].map((number) => `lake-catalog-${number}`);
  expect(told).toEqual(['lake-database-3', 'lake-database-2', ...catalogs]);
});

test('a name that is not a machine or role is refused before anything is rolled, with the valid names', async () => {
  const { session, told } = cloudOf(serversOf({ topology: 'small' }));
  const refused = await rollMachines(session, 'lake', { ...quietly, only: ['lakehouse', 'databse', 'x'] });
  expect(refused).toMatchObject({
    ok: false,
    error: [
      {
        code: 'machine-unknown',
        path: 'databse',
        message: "No machine or role is named 'databse'; the machines are lake-lakehouse, the roles lakehouse.",
      },
      { path: 'x' },
    ],
  });
  expect(told).toEqual([]);
});

test('a project without a machine of that name has nothing to roll, which is an error', async () => {
  const { session, told } = cloudOf(serversOf({ topology: 'small' }));
  expect(await rollMachines(session, 'lakes', quietly)).toMatchObject({
    ok: false,
    error: [{ code: 'no-machines', path: 'lakes' }],
  });
  expect(told).toEqual([]);
});

test.each(['<html>', 'null', '"x"', '{"at":"2026-01-01T00:00:00Z","bundle":7,"error":null,"services":{}}'])(
  'a report that cannot be read (%s) is a problem of its machine alone',
  async (text) => {
    const { session } = cloudOf(serversOf({ topology: 'standard' }));
    const one: Pick<CloudSession, 'send'> = {
      send: (service, path, request) =>
        path.endsWith('/lake-worker-1.json')
          ? Promise.resolve(ok({ status: 200, headers: {}, text }))
          : session.send(service, path, request),
    };
    const state = await readMachines(one as CloudSession, 'lake');
    const machines = state.ok ? state.value.machines : [];
    expect(machines.length).toBeGreaterThan(5);
    expect(machines.filter(({ report }) => report?.error === 'its report cannot be read')).toMatchObject([
      { name: 'lake-worker-1' },
    ]);
  },
);

test.each(['<html>', 'null', '{"servers":null}'])('a list that is none (%s) is one clear error', async (text) => {
  const session: Pick<CloudSession, 'send'> = { send: () => Promise.resolve(ok({ status: 200, headers: {}, text })) };
  expect(await readMachines(session as CloudSession, 'lake')).toMatchObject({
    ok: false,
    error: [{ code: 'cloud-unreachable', message: expect.stringContaining('its answer is not a list') }],
  });
});
