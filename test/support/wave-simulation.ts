import type { DnsService } from '../../waves/dns/index.js';
import { Interpreter } from '../../waves/local/index.js';
import type { Executions } from '../../waves/local/executions.js';
import { advance } from '../../waves/local/runner.js';
import type { RunnerOptions } from '../../waves/local/runner.js';
import type { WaveStore } from '../../waves/machines/index.js';
import type { MigrationService } from '../../waves/services/migration-service.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { runStep } from '../../waves/steps/index.js';
import type { Notification, StepPorts } from '../../waves/steps/index.js';
import { MemoryWaves } from './memory-waves.js';
import { settled } from './virtual-clock.js';
import type { VirtualClock } from './virtual-clock.js';

export interface SimulationOptions {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly services: readonly MigrationService[];
  readonly dns?: DnsService;
  readonly notify?: (notification: Notification) => Promise<void> | void;
  /** Of each turn of a worker: what happens to its calls of the store. */
  readonly faults?: () => Faults;
  /** Called with each task that is run; a promise is awaited before it. */
  readonly onTask?: (input: Parameters<typeof runStep>[0], ports: StepPorts) => Promise<void> | void;
  /** How many turns at the same time. @default all that are due */
  readonly concurrency?: number;
}

/** Called before each call of the store; may wait, and throws when the worker is dead. */
export type Faults = (call: string) => Promise<void> | void;

const leaseSeconds = 60;

/** The local runner on a store in memory and a virtual clock. */
export class WaveSimulation {
  readonly waves: MemoryWaves;
  readonly #options: SimulationOptions;
  readonly #interpreter = new Interpreter(machineMove);
  readonly #running = new Set<Promise<unknown>>();
  /** Errors of workers that were not meant. */
  readonly problems: unknown[] = [];
  turns = 0;
  lost = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { clock } = options;
    this.waves = new MemoryWaves({ interpreter: this.#interpreter, leaseSeconds, now: () => clock.date() });
  }

  portsOver(store: WaveStore): StepPorts {
    const { clock, services, notify, dns } = this.#options;
    return {
      store,
      services,
      dns,
      notifiers: notify === undefined ? [] : [{ name: 'test', notify: async (one) => notify(one) }],
      holder: 'simulation',
      now: () => clock.date(),
      log: () => undefined,
    };
  }

  /** Until nothing is due any more and no timer is left. */
  async run(isMeant: (error: unknown) => boolean = () => false): Promise<void> {
    const { clock, concurrency = Infinity } = this.#options;
    for (;;) {
      await settled();
      const free = concurrency - this.#running.size;
      const taken = free > 0 ? await this.waves.take(free) : [];
      for (const one of taken) this.#begin(one, isMeant);
      if (taken.length > 0) continue;
      const times = [clock.nextTimer, this.#running.size < concurrency ? this.waves.nextDue() : undefined];
      const next = Math.min(...times.filter((time) => time !== undefined));
      if (next === Infinity) return;
      clock.goTo(next);
    }
  }

  #begin(taken: Parameters<typeof advance>[0], isMeant: (error: unknown) => boolean): void {
    const faults = this.#options.faults?.();
    const executions = faults === undefined ? this.waves : faulty(this.waves, faults);
    const turn = advance(taken, this.#runner(executions, faults), new AbortController().signal)
      .then((how) => {
        if (how === 'lost') this.lost += 1;
        else this.turns += 1;
      })
      .catch((error: unknown) => {
        if (!isMeant(error)) this.problems.push(error);
      })
      .finally(() => this.#running.delete(turn));
    this.#running.add(turn);
  }

  #runner(executions: Executions, faults: Faults | undefined): RunnerOptions {
    const { clock, random, onTask } = this.#options;
    return {
      executions,
      interpreter: this.#interpreter,
      leaseSeconds: 1e6,
      now: () => clock.date(),
      random,
      runTask: async (input, store, signal) => {
        const ports = this.portsOver(faults === undefined ? store : faulty(store, faults));
        await onTask?.(input, ports);
        return await runStep(input, ports, signal);
      },
    };
  }
}

/** Every call of a method waits for the faults first. */
function faulty<T extends object>(target: T, faults: Faults): T {
  return new Proxy(target, {
    get: (real, name) => {
      const value: unknown = Reflect.get(real, name);
      if (typeof value !== 'function') return value;
      if (name === 'storeOf' || name === 'byApp' || name === 'byWave' || name === 'byStatus' || name === 'events')
        return value.bind(real) as unknown;
      return async (...args: readonly unknown[]) => {
        await faults(String(name));
        return await (value.apply(real, args) as Promise<unknown>);
      };
    },
  });
}
