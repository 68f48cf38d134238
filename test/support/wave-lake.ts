import { RateLimiter } from '../../waves/services/rate-limiter.js';
import { rateLimited } from '../../waves/services/rate-limited.js';
import { ingest } from '../../waves/steps/index.js';
import { FakeCloud, quota } from './fake-cloud.js';
import { seededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';
import { payloadOf } from './wave-payloads.js';
import { WaveSimulation } from './wave-simulation.js';

export interface LakeOptions {
  readonly machines: number;
  readonly waves: number;
  /** What the program is told. */
  readonly callsPerSecond: number;
  /** What the cloud grants. */
  readonly granted: number;
}

export interface LakeResult {
  readonly finalized: number;
  readonly calls: number;
  readonly throttled: number;
  /** Calls that were made in the busiest second, with those that were throttled. */
  readonly mostPerSecond: number;
  readonly virtualHours: number;
  readonly problems: readonly unknown[];
}

/** Moves many machines in many waves on a virtual clock; they are cut over when ready, and finalized when cut over. */
export async function moveLake({ machines, waves: count, callsPerSecond, granted }: LakeOptions): Promise<LakeResult> {
  const clock = new VirtualClock();
  const begun = clock.now;
  const random = seededRandom(1);
  const grant = quota(granted, () => clock.now);
  const cloud = new FakeCloud({
    now: () => clock.now,
    copySeconds: () => 900,
    before: () => {
      grant.call();
    },
  });
  const limiter = new RateLimiter({ callsPerSecond, now: () => clock.now, sleep: (ms) => clock.sleep(ms) });
  const simulation = new WaveSimulation({
    clock,
    random,
    services: [rateLimited(cloud, limiter)],
    concurrency: 2 * callsPerSecond,
    notify: async ({ type, migrationId, at }) => {
      if (type !== 'machine.cut-over') return;
      await simulation.waves.order(migrationId, { kind: 'finalize', by: 'ada@acme.example', at: new Date(at) });
    },
  });
  for (let index = 0; index < machines; index += 1) {
    const wave = `wave-${index % count}`;
    const payload = payloadOf(`m-${index}`, {
      wave,
      appName: `app-${index % 500}`,
      rules: { start: 'when-ready', concurrency: { cutovers: 25, replications: 50 } },
    });
    await ingest(payload, { store: simulation.waves, now: () => clock.date() });
  }
  await simulation.run();
  const records = [...simulation.waves.rows.values()].map(({ record }) => record);
  return {
    finalized: records.filter(({ status }) => status === 'FINALIZED').length,
    calls: grant.calls,
    throttled: grant.throttled,
    mostPerSecond: grant.mostPerSecond,
    virtualHours: (clock.now - begun) / 3_600_000,
    problems: [...simulation.problems, ...cloud.violations],
  };
}
