import { setTimeout as delay } from 'node:timers/promises';
import { deleteExpiredWaveMachines } from '../../state/index.js';
import type { State } from '../../state/index.js';
import type { MigrationService } from '../services/migration-service.js';
import { rateLimited, rateLimitedDns } from '../services/rate-limited.js';
import { RateLimiter } from '../services/rate-limiter.js';
import { machineMove } from '../state-machine/index.js';
import { runStep } from '../steps/index.js';
import type { StepPorts } from '../steps/index.js';
import { Interpreter } from './interpreter.js';
import { StateExecutions } from './state-executions.js';
import { takeMessages } from './take-messages.js';
import { StateWaveStore } from './wave-store.js';
import { workOnWaves } from './work.js';
import type { Worked } from './work.js';

export interface WorkerOptions {
  readonly state: State;
  readonly services: readonly MigrationService[];
  readonly notifiers: StepPorts['notifiers'];
  readonly dns?: StepPorts['dns'];
  /** Names this process, such as host and process id. */
  readonly holder: string;
  /** How many machines at the same time. */
  readonly concurrency: number;
  /** Of all services together, by this process. */
  readonly callsPerSecond: number;
  readonly leaseSeconds: number;
  readonly pollSeconds: number;
  /** End when every machine is done or waits for a person. */
  readonly untilDone: boolean;
  readonly log: StepPorts['log'];
  readonly onProblem: (problem: Error) => void;
  readonly signal: AbortSignal;
}

/** Moves the machines of the state store, beside other workers, until the signal or until none is left. */
export async function runWaveWorker(options: WorkerOptions): Promise<Worked> {
  const { state, services, notifiers, dns, holder, leaseSeconds, callsPerSecond, log } = options;
  const now = (): Date => new Date();
  const interpreter = new Interpreter(machineMove);
  const limiterOf = (rate: number): RateLimiter =>
    new RateLimiter({ callsPerSecond: rate, now: Date.now, sleep: async (ms) => delay(ms) });
  const limiter = limiterOf(callsPerSecond);
  const limitedDns = dns && rateLimitedDns(dns, limiterOf(Math.min(callsPerSecond, dns.callsPerSecond ?? Infinity)));
  const limited = services.map((service) => rateLimited(service, limiter));
  await deleteExpiredWaveMachines(state, now());
  return await workOnWaves({
    ...options,
    executions: new StateExecutions({
      state,
      store: new StateWaveStore(state, interpreter),
      holder,
      leaseSeconds,
    }),
    interpreter,
    now,
    random: Math.random,
    runTask: (input, store, signal) =>
      runStep(input, { store, services: limited, notifiers, dns: limitedDns, holder, now, log }, signal),
    takeMessages: () => takeMessages(state, interpreter, now),
  });
}
