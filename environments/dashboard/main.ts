// `make demo-dashboard`: a store with a migration in full course, in out/demo-dashboard, and the dashboard that shows it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onStopSignals } from '../../core/stop-signals.js';
import { buildServer, openSecrets } from '../../monitoring/dashboard/server/index.js';
import { openState } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { writeFiles } from './files.js';
import { fillStore } from './fill-store.js';
import { workForAWhile } from './live.js';

const folder = join(import.meta.dirname, '..', '..', 'out', 'demo-dashboard');
const stepMs = 3000;

const state = await freshStore();
console.log('filling a store with 20 assessments, jobs, validations and waves …');
const { assessmentId } = await fillStore(state, { now: new Date() });
const secrets = openSecrets(join(folder, 'sign-in.json'), { renew: true });
if (!secrets.ok) throw new Error('the tokens cannot be made');
const files = await writeFiles(state, freshFolder('files'), assessmentId);
const app = await buildServer({ state, secrets: secrets.value.secrets, ...files, onProblem: console.error });
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 8420) });
const { port } = app.server.address() as AddressInfo;
console.log(`\nDashboard: http://127.0.0.1:${port}/`);
for (const [role, token] of Object.entries(secrets.value.made ?? {})) console.log(`  ${role.padEnd(9)} ${token}`);
console.log('\nCtrl-C ends it.');

const stop = onStopSignals();
for (let step = 0; !stop.signal.aborted; step += 1) {
  await workForAWhile(state, assessmentId, step);
  await delay(stepMs, undefined, { signal: stop.signal }).catch(() => undefined);
}
stop.forget();
await app.close();
await state.close();

function freshFolder(name: string): string {
  const fresh = join(folder, name);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  return fresh;
}

async function freshStore(): Promise<State> {
  const store = join(folder, 'state');
  rmSync(store, { recursive: true, force: true });
  const opened = await openState(
    { engine: 'embedded', folder: store },
    { access: 'write', purpose: 'make demo-dashboard' },
  );
  if (!opened.ok) throw new Error(opened.error.map(({ message, fix }) => `${message} ${fix}`).join('\n'));
  return opened.value;
}
