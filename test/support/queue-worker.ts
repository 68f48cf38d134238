// A worker in its own process for tests, which `childArguments` of processes.ts starts with the seconds that a job takes.
// Prints what it does, one line each, until it is stopped.
import { setTimeout as delay } from 'node:timers/promises';
import { openQueue, stateLocation, withState } from '../../state/index.js';

const location = stateLocation(process.env, process.cwd());
if (!location.ok) throw new Error(location.error[0]?.message);
const worked = await withState(location.value, { access: 'write', purpose: 'a worker of a test' }, async (state) => {
  const queue = await openQueue(state, {
    queues: ['copy'],
    supervise: true,
    onProblem: ({ message }) => {
      console.log(`problem ${message}`);
    },
  });
  await queue.work<{ table: string }>('copy', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
    console.log(`begins ${job?.data.table ?? ''}`);
    await delay(Number(process.argv[2]) * 1000);
    console.log(`ends ${job?.data.table ?? ''}`);
  });
  // Listens before it says so: a signal that comes between would end the process.
  const stopped = new Promise((resolve) => process.once('SIGTERM', resolve));
  console.log('ready');
  await stopped;
  await queue.stop();
});
console.log(worked.ok ? 'stopped' : `refused ${worked.error.map(({ code, message }) => `${code}: ${message}`).join()}`);
