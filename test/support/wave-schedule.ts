import { TransientError } from '../../waves/machines/index.js';
import type { MachineStatus, OrderKind } from '../../waves/machines/index.js';
import type { CutoverRules, DnsNames } from '../../waves/payload/index.js';
import { ingest, runStep } from '../../waves/steps/index.js';
import { FakeCloud } from './fake-cloud.js';
import { FakeDns } from './fake-dns.js';
import { seededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';
import { payloadOf } from './wave-payloads.js';
import { WaveSimulation } from './wave-simulation.js';

export interface ScheduleResult {
  /** What must never happen, and did. */
  readonly violations: readonly string[];
  readonly statuses: Readonly<Record<string, MachineStatus>>;
  readonly counts: Readonly<Record<'kills' | 'delays' | 'doubled' | 'failures' | 'lost' | 'orders', number>>;
}

class Killed extends Error {
  override readonly name = 'Killed';
}

const ends: readonly MachineStatus[] = ['FINALIZED', 'ROLLED_BACK', 'ROLLBACK_FAILED', 'REJECTED', 'NEEDS_ATTENTION'];

/** What may follow what. */
const ways: Readonly<Record<MachineStatus, readonly MachineStatus[]>> = {
  PENDING: ['VALIDATING', 'REJECTED'],
  VALIDATING: ['PREPARING', 'REJECTED', 'ROLLING_BACK'],
  PREPARING: ['REPLICATING', 'ROLLING_BACK'],
  REPLICATING: ['TESTING', 'READY', 'ROLLING_BACK'],
  TESTING: ['READY', 'ROLLING_BACK'],
  READY: ['TESTING', 'CUTTING_OVER', 'ROLLING_BACK'],
  CUTTING_OVER: ['CUT_OVER', 'ROLLING_BACK'],
  CUT_OVER: ['FINALIZING', 'ROLLING_BACK', 'NEEDS_ATTENTION'],
  FINALIZING: ['FINALIZED', 'NEEDS_ATTENTION', 'CUT_OVER'],
  ROLLING_BACK: ['ROLLED_BACK', 'ROLLBACK_FAILED'],
  FINALIZED: [],
  ROLLED_BACK: [],
  ROLLBACK_FAILED: [],
  REJECTED: [],
  NEEDS_ATTENTION: [],
};

/**
 * One seeded schedule: a few machines, workers that are killed or stopped past their lease, calls that fail or of which the
 * answer is lost, messages, tasks and orders that come twice or in the wrong order.
 */
export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const random = seededRandom(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const chance = (share: number): boolean => random() < share;
  const rate = { kill: random() * 0.03, delay: random() * 0.03, double: random() * 0.05, fail: random() * 0.25 };
  const counts = { kills: 0, delays: 0, doubled: 0, failures: 0, lost: 0, orders: 0 };
  const violations: string[] = [];
  const clock = new VirtualClock();
  const hopeless = new Set(Array.from({ length: between(0, 1) }, () => `m-${between(1, 4)}`));
  const cloud = new FakeCloud({
    now: () => clock.now,
    copySeconds: () => 300,
    before: async () => {
      if (chance(rate.delay)) {
        counts.delays += 1;
        await clock.sleep(between(1, 300) * 1000);
      }
      if (chance(rate.fail)) fails();
    },
    after: () => {
      if (chance(rate.fail / 2)) fails();
    },
    targetFails: (id) => hopeless.has(id),
  });
  function fails(): never {
    counts.failures += 1;
    throw chance(0.9) ? new TransientError('Rate exceeded') : new TypeError('something unexpected');
  }
  const dns = new FakeDns({
    now: () => clock.now,
    activeSeconds: 60,
    before: async (call) => {
      // A write that comes late cannot be fenced, as that of any service: it is not delayed here.
      if (call !== 'write' && chance(rate.delay)) {
        counts.delays += 1;
        await clock.sleep(between(1, 300) * 1000);
      }
      if (chance(rate.fail)) fails();
    },
    after: () => {
      if (chance(rate.fail / 2)) fails();
    },
  });
  const told = new Map<string, string>();
  const simulation = new WaveSimulation({
    clock,
    random,
    services: [cloud],
    dns,
    notify: ({ id, status }) => {
      if (chance(rate.fail)) fails();
      if (told.has(id) && told.get(id) !== status) violations.push(`${id} was told with another status`);
      told.set(id, status);
    },
    faults: () => {
      let dead = false;
      return async () => {
        if (dead) throw new Killed();
        if (chance(rate.delay)) {
          counts.delays += 1;
          await clock.sleep(between(1, 300) * 1000);
        }
        if (!chance(rate.kill)) return;
        counts.kills += 1;
        dead = true;
        throw new Killed();
      };
    },
    onTask: (input) => {
      if (!chance(rate.double)) return;
      counts.doubled += 1;
      // As when a function is called twice for one task: the store is that of everybody, so the worker is fenced.
      void clock
        .sleep(between(0, 120) * 1000)
        .then(() => runStep(input, simulation.portsOver(simulation.waves), new AbortController().signal))
        .catch(() => undefined);
    },
  });
  const { waves } = simulation;
  watchStatuses(waves, violations);
  const limit = between(1, 3);
  const ids = ['m-1', 'm-2', 'm-3', 'm-4'];
  for (const [index, id] of ids.entries()) {
    const rules: CutoverRules = {
      start: chance(0.5) ? 'when-ready' : 'when-ordered',
      test: chance(0.7),
      concurrency: { cutovers: limit, replications: limit },
      ...(index === 3 && { after: ['database'] }),
      ...(chance(0.2) && { gates: ['change-board'] }),
    };
    const names = index % 2 === 1 ? { dns: namesFor(id) } : {};
    if (index % 2 === 1)
      for (const [key, content] of Object.entries(recordsOf(id, '198.51.100'))) dns.set(key, content);
    const payload = payloadOf(id, { appName: index === 0 ? 'database' : 'shop', rules, ...names });
    for (let copies = chance(0.3) ? 2 : 1; copies > 0; copies -= 1)
      void clock.sleep(between(0, 600) * 1000).then(() => ingest(payload, { store: waves, now: () => clock.date() }));
    giveOrders(id);
  }

  function giveOrders(id: string): void {
    const kinds: OrderKind[] = ['approve', 'cutover', 'finalize'];
    if (chance(0.15)) kinds.push('rollback');
    if (chance(0.2)) kinds.push('test');
    for (const kind of kinds) {
      // Again and again, as people do until it is taken; sometimes long after.
      const give = async (attempt: number): Promise<void> => {
        await clock.sleep(between(60, 7200) * 1000);
        const gate = kind === 'approve' ? { gate: 'change-board' } : {};
        const answer = await waves.order(id, { kind, by: 'ada@acme.example', at: clock.date(), ...gate });
        if (answer === 'taken') counts.orders += 1;
        if ((answer !== 'taken' && attempt < 20) || chance(0.1)) await give(attempt + 1);
      };
      void give(0);
    }
  }

  await simulation.run((error) => error instanceof Killed);
  counts.lost = simulation.lost;
  violations.push(...cloud.violations, ...simulation.problems.map(String));
  for (const id of ids) violations.push(...violationsOf(id, simulation, cloud), ...namesAstray(id, simulation, dns));
  for (const [pool, holders] of waves.places)
    if (holders.size > 0) violations.push(`${pool} is kept by ${[...holders].join(', ')}`);
  const statuses = Object.fromEntries(ids.map((id) => [id, waves.rows.get(id)?.record.status ?? 'PENDING']));
  return { violations, statuses, counts };
}

const number = (id: string): string => id.replace('m-', '');

function namesFor(id: string): DnsNames {
  return {
    zone: 'acme.example',
    addresses: [`192.0.2.${number(id)}`],
    reverseZones: ['100.51.198.in-addr.arpa', '2.0.192.in-addr.arpa'],
  };
}

/** The records of a machine whose address begins so. */
function recordsOf(id: string, network: string): Readonly<Record<string, string>> {
  const reverse = network.split('.').reverse().join('.');
  return {
    [`A vm-${id}.acme.example`]: `${network}.${number(id)}/300`,
    [`PTR ${number(id)}.${reverse}.in-addr.arpa`]: `vm-${id}.acme.example./300`,
  };
}

/** Names lead to the machine where it runs, or the history says why they do not. */
function namesAstray(id: string, { waves }: WaveSimulation, dns: FakeDns): readonly string[] {
  const row = waves.rows.get(id);
  if (row?.record.payload.dns === undefined || row.record.status === 'ROLLBACK_FAILED') return [];
  const isAtTarget = row.record.status === 'FINALIZED' || row.record.status === 'NEEDS_ATTENTION';
  const wanted = recordsOf(id, isAtTarget ? '192.0.2' : '198.51.100');
  const own = { ...recordsOf(id, '192.0.2'), ...recordsOf(id, '198.51.100') };
  return Object.keys(own).flatMap((key) => {
    const found = dns.all[key];
    const isExcused = row.events.some(({ kind, message }) => kind === 'not-restored' && message.includes(key));
    return found === wanted[key] || (isExcused && !isAtTarget)
      ? []
      : [`${id}, ${row.record.status}: ${key} is ${found ?? 'gone'} instead of ${wanted[key] ?? 'gone'}`];
  });
}

function watchStatuses(waves: WaveSimulation['waves'], violations: string[]): void {
  const save = waves.save.bind(waves);
  waves.save = async (id, fence, change) => {
    const before = waves.rows.get(id)?.record.status ?? 'PENDING';
    const answer = await save(id, fence, change);
    const after = change.status ?? before;
    if (answer === 'saved' && after !== before && !ways[before].includes(after))
      violations.push(`${id} went from ${before} to ${after}`);
    return answer;
  };
}

function violationsOf(id: string, { waves }: WaveSimulation, cloud: FakeCloud): readonly string[] {
  const row = waves.rows.get(id);
  if (row === undefined) return [`${id} was lost`];
  const { record, events, dueAt } = row;
  const world = cloud.world(id);
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(`${id}, ${record.status}: ${what}`);
  };
  must(dueAt === null && ends.includes(record.status), 'its execution has not ended');
  must(record.expiresAt !== null, 'it never expires');
  must(
    events.every(({ number }, index) => number === index + 1),
    'its events have gaps',
  );
  must(events.filter(({ kind }) => kind === 'created').length === 1, 'it was created more than once');
  const target = record.status === 'FINALIZED' || record.status === 'NEEDS_ATTENTION';
  if (record.status === 'ROLLBACK_FAILED') return wrong;
  must(world.targetServer === target, `its target ${world.targetServer ? 'runs' : 'does not run'}`);
  must(world.source === (target ? 'stopped' : 'running'), `its source is ${world.source}`);
  must(!world.testServer, 'its test server is left');
  must(world.finalized === (record.status === 'FINALIZED' ? 1 : world.finalized), 'it was not finalized');
  if (target) must(world.launches === 1, `its target was launched ${world.launches} times`);
  if (record.status === 'ROLLED_BACK') must(world.finalized === 0 && !world.snapshot, 'something is left');
  return wrong;
}
