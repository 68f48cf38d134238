// A worker of the storm in its own process. Its clock runs faster than the real one; its clouds are in the parent, which
// kills it at any moment.
import { request } from 'undici';
import { stateLocation, withState } from '../../state/index.js';
import { callbackNotifier } from '../../waves/callbacks/index.js';
import { Interpreter, StateExecutions, StateWaveStore, takeMessages } from '../../waves/local/index.js';
import { workOnWaves } from '../../waves/local/work.js';
import { TransientError } from '../../waves/machines/index.js';
import type { Machine, MigrationService, ServiceContext } from '../../waves/services/migration-service.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { runStep } from '../../waves/steps/index.js';
import type { CloudCall, Effect } from './fake-cloud.js';
import { fastClock } from './fast-clock.js';

interface StormSettings {
  readonly cloud: string;
  readonly start: number;
  readonly speed: number;
  readonly secret: string;
  readonly ca: string;
}

const settings = JSON.parse(process.env['A2O_STORM'] ?? '') as StormSettings;
const now = fastClock(settings);

async function ask<T>(call: CloudCall, { migrationId }: Machine): Promise<T> {
  try {
    const { statusCode, body } = await request(`${settings.cloud}/${call}/${migrationId}`, { method: 'POST' });
    const text = await body.text();
    if (statusCode === 200) return JSON.parse(text) as T;
    throw new TransientError(`${call}: ${statusCode}`);
  } catch (error) {
    throw error instanceof TransientError ? error : new TransientError(`${call} got no answer`, { cause: error });
  }
}

async function change<T>(call: Effect, machine: Machine, context: ServiceContext): Promise<T> {
  await context.remember({ [`storm.${call}`]: 'intended' });
  const answer = await ask<T>(call, machine);
  await context.remember({ [`storm.${call}`]: 'done' });
  return answer;
}

const remote: MigrationService = {
  name: 'storm',
  serves: () => true,
  validate: (machine) => ask('validate', machine),
  prepare: (...args) => change('prepare', ...args),
  replicate: (...args) => change('replicate', ...args),
  replication: (machine) => ask('replication', machine),
  launchTest: (...args) => change('launchTest', ...args),
  testLaunch: (machine) => ask('testLaunch', machine),
  endTest: (...args) => change('endTest', ...args),
  cutOver: (...args) => change('cutOver', ...args),
  cutover: (machine) => ask('cutover', machine),
  finalize: (...args) => change('finalize', ...args),
  rollBack: (...args) => change('rollBack', ...args),
};

const notifier = callbackNotifier({
  secret: settings.secret,
  now: () => new Date(),
  ca: settings.ca,
  resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  isAllowed: () => true,
});

const location = stateLocation(process.env, process.cwd());
if (!location.ok) throw new Error(location.error[0]?.message);
const worked = await withState(location.value, { access: 'write', purpose: 'a worker of the storm' }, async (state) => {
  const interpreter = new Interpreter(machineMove);
  const store = new StateWaveStore(state, interpreter);
  const holder = `storm ${process.pid}`;
  const realLease = 5;
  console.log('ready');
  return await workOnWaves({
    executions: new StateExecutions({ state, store, holder, leaseSeconds: realLease * settings.speed, now }),
    interpreter,
    leaseSeconds: realLease,
    now,
    random: Math.random,
    runTask: (input, held, signal) =>
      runStep(
        input,
        { store: held, services: [remote], notifiers: [notifier], holder, now, log: () => undefined },
        signal,
      ),
    takeMessages: () => takeMessages(state, interpreter, now),
    concurrency: 25,
    pollSeconds: 0.1,
    untilDone: false,
    onProblem: ({ message }) => {
      console.log(`problem ${message}`);
    },
    signal: new AbortController().signal,
  });
});
if (!worked.ok) console.log(`refused ${worked.error[0]?.message ?? ''}`);
