import { setTimeout as delay } from 'node:timers/promises';
import type { State } from '../../state/index.js';
import { Interpreter, StateExecutions, StateWaveStore } from '../../waves/local/index.js';
import { workOnWaves } from '../../waves/local/work.js';
import type { MachineRecord, OrderKind } from '../../waves/machines/index.js';
import type { Payload } from '../../waves/payload/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { ingest, runStep } from '../../waves/steps/index.js';

export interface WaveWorkers {
  submit(payload: Payload): Promise<void>;
  order(migrationId: string, kind: OrderKind): Promise<void>;
  /** Until each machine has ended, or waits for a person. With `stopAfterMs`, one of two workers stops then, and a third takes over. */
  work(options?: { readonly stopAfterMs?: number }): Promise<void>;
  record(migrationId: string): Promise<MachineRecord>;
  /** Of a wave, by migrationId. */
  statuses(wave: string): Promise<readonly string[]>;
}

/** How much faster the clock of the workers goes, so that nobody waits for the pauses between two looks. */
const haste = 20;
const leaseSeconds = 60;

/** Workers of the local runner on one store, each with its own services. */
export function waveWorkers(state: State, services: () => readonly MigrationService[]): WaveWorkers {
  const interpreter = new Interpreter(machineMove);
  const store = new StateWaveStore(state, interpreter);
  const begun = Date.now();
  const now = (): Date => new Date(begun + (Date.now() - begun) * haste);
  let workers = 0;

  const worker = async (signal: AbortSignal): Promise<void> => {
    workers += 1;
    const holder = `worker-${workers}`;
    const own = services();
    const problems: Error[] = [];
    await workOnWaves({
      executions: new StateExecutions({ state, store, holder, leaseSeconds: leaseSeconds * haste, now }),
      interpreter,
      runTask: (input, held, stop) =>
        runStep(input, { store: held, services: own, notifiers: [], holder, now, log: () => undefined }, stop),
      leaseSeconds,
      now,
      random: Math.random,
      concurrency: 4,
      pollSeconds: 0.2,
      untilDone: true,
      takeMessages: () => Promise.resolve(0),
      onProblem: (problem) => problems.push(problem),
      signal,
    });
    if (problems.length > 0) throw new AggregateError(problems, `${holder} had problems`);
  };

  return {
    submit: async (payload) => {
      await ingest(payload, { store, now });
    },
    order: async (migrationId, kind) => {
      const taken = await store.order(migrationId, { kind, by: 'ada@acme.example', at: now() });
      if (taken !== 'taken') throw new Error(`${kind} of ${migrationId}: ${taken}`);
    },
    work: async ({ stopAfterMs } = {}) => {
      const stop = new AbortController();
      const others = [worker(new AbortController().signal)];
      const first = worker(stop.signal);
      if (stopAfterMs !== undefined) {
        await delay(stopAfterMs);
        stop.abort();
        others.push(worker(new AbortController().signal));
      }
      await Promise.all([first, ...others]);
    },
    record: async (migrationId) => {
      const record = await store.read(migrationId);
      if (record === undefined) throw new Error(`there is no ${migrationId}`);
      return record;
    },
    statuses: async (wave) => {
      const found: string[] = [];
      for await (const { status } of store.byWave(wave)) found.push(status);
      return found;
    },
  };
}
