import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { addWaveMessages, countWaveMessages, openExecutions, waveDeadLetters, waveTotals } from '../../state/index.js';
import { Interpreter, StateWaveStore } from '../../waves/local/index.js';
import type { MachineEvent } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { makeCertificate } from '../support/certificate.js';
import { FakeCloud } from '../support/fake-cloud.js';
import type { CloudCall, Effect } from '../support/fake-cloud.js';
import { fastClock } from '../support/fast-clock.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { childArguments } from '../support/processes.js';
import { seededRandom } from '../support/seeded-random.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';
import { payloadOf } from '../support/wave-payloads.js';

jest.setTimeout(2_400_000);

const machines = Number(process.env['A2O_WAVE_STORM'] ?? 50);
const wantedKills = Math.min(100, Math.ceil(machines / 5));
const poisoned = Math.ceil(machines / 10);
const workerCount = 4;
const batches = 10;
const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

const children = new Set<ChildProcess>();
const ending: (() => Promise<unknown>)[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(async () => {
  for (const end of ending.reverse()) await end();
});

const clock = { start: Date.now(), speed: 40 };
const now = fastClock(clock);
const random = seededRandom(Date.now());
const chance = (share: number): boolean => random() < share;
const hopeless = new Set(Array.from({ length: machines }, (_, index) => `m-${index}`).filter(() => chance(0.05)));
const cloud = new FakeCloud({
  now: () => now().getTime(),
  copySeconds: () => 120,
  targetFails: (id) => hopeless.has(id),
});
const counts = { calls: 0, failed: 0, lostAnswers: 0, throttled: 0, kills: 0, callbacks: 0, refusedCallbacks: 0 };

/** The clouds: one of ten calls fails, before or after its effect. */
async function startCloud(): Promise<LocalServer> {
  const polls: Readonly<Record<string, (id: string) => object>> = {
    validate: () => ({}),
    replication: (id) => cloud.replicationOf(id),
    testLaunch: (id) => cloud.testLaunchOf(id),
    cutover: (id) => cloud.cutoverOf(id),
  };
  const server = await listen((request, response) => {
    const [call, id] = (request.url ?? '').split('/').slice(1) as [CloudCall, string];
    counts.calls += 1;
    if (chance(0.05)) {
      counts.throttled += 1;
      response.writeHead(429).end();
      return;
    }
    if (chance(0.03)) {
      counts.failed += 1;
      response.writeHead(503).end();
      return;
    }
    const poll = polls[call];
    if (poll === undefined) cloud.apply(call as Effect, id);
    const answer = poll?.(id) ?? (call === 'rollBack' ? { restored: [`server-${id} runs`], notRestored: [] } : {});
    if (chance(0.02)) {
      counts.lostAnswers += 1;
      request.socket.destroy();
      return;
    }
    response.writeHead(200).end(JSON.stringify(answer));
  });
  ending.push(() => server.stop());
  return server;
}

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly migrationId: string;
}

/** The receiver of callbacks: verifies each, refuses some, and decides what happens next. */
async function startReceiver(
  decide: (heard: Heard) => Promise<void>,
): Promise<{ port: number; ca: string; heard: Heard[] }> {
  const certificate = makeCertificate('DNS:hooks.acme.test');
  const heard: Heard[] = [];
  const webhook = new Webhook(secret);
  const server = createServer(certificate, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const message = webhook.verify(body, headers) as { type: string; data: { migrationId: string } };
      if (chance(0.1)) {
        counts.refusedCallbacks += 1;
        response.writeHead(503).end();
        return;
      }
      counts.callbacks += 1;
      const one = { id: headers['webhook-id'] ?? '', type: message.type, migrationId: message.data.migrationId };
      heard.push(one);
      response.writeHead(204).end();
      // Later ones may overtake this one.
      void delay(random() * 500)
        .then(() => decide(one))
        .catch(() => undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, ca: certificate.cert, heard };
}

/** Worker processes; one that was killed is followed by another. */
class Workers {
  readonly said: string[] = [];
  readonly #ready = new Set<ChildProcess>();
  readonly #env: Readonly<Record<string, string>>;

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  start(): void {
    const child = spawn(process.execPath, childArguments('wave-storm-child.ts'), {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = chunk.toString().trim().split('\n');
      this.said.push(...lines);
      if (lines.includes('ready')) this.#ready.add(child);
    });
    children.add(child);
    child.once('close', () => {
      children.delete(child);
      this.#ready.delete(child);
    });
  }

  /** False while none is at work. */
  async killOne(which: number): Promise<boolean> {
    const victim = [...this.#ready][Math.floor(which * this.#ready.size)];
    if (victim === undefined) return false;
    const closed = once(victim, 'close');
    victim.kill('SIGKILL');
    await closed;
    this.start();
    return true;
  }
}

/** Messages come in any order, some twice, some late; a few are poisoned. */
function messages(port: number): readonly string[] {
  const callbackUrl = `https://hooks.acme.test:${port}/`;
  const good = Array.from({ length: machines }, (_, index) =>
    JSON.stringify(
      payloadOf(`m-${index}`, {
        callbackUrl,
        wave: `wave-${index % 5}`,
        appName: `app-${index % 7}`,
        rules: { start: 'when-ready', test: index % 2 === 0, concurrency: { replications: 40, cutovers: 20 } },
      }),
    ),
  );
  const bad = Array.from({ length: poisoned }, (_, index) =>
    index % 3 === 0 ? '{"migrationId": ' : index % 3 === 1 ? `{"migrationId": "bad-${index}"}` : `[${index}, "\u0000"]`,
  );
  const doubled = good.filter(() => chance(0.2));
  return [...good, ...doubled, ...bad].sort(() => random() - 0.5);
}

test('every machine of a storm ends cut over or rolled back, once, with its history', async () => {
  const engine: StateEngine = await startEngine('server');
  ending.push(() => engine.stop());
  const location = await engine.fresh();
  const state = await opened(location);
  ending.push(() => state.close());
  const store = new StateWaveStore(state, new Interpreter(machineMove));
  const decided = new Map<string, 'finalize' | 'rollback'>();
  const receiver = await startReceiver(async ({ type, migrationId }) => {
    if (type !== 'machine.cut-over') return;
    const kind = decided.get(migrationId) ?? (chance(0.2) ? 'rollback' : 'finalize');
    decided.set(migrationId, kind);
    await store.order(migrationId, { kind, by: 'ada@acme.example', at: now(), reason: 'storm' });
  });
  const server = await startCloud();
  const settings = { ...clock, cloud: server.url, secret, ca: receiver.ca };
  const env = { ...engine.env(location), A2O_STORM: JSON.stringify(settings) };
  const workers = new Workers(env);
  for (let count = 0; count < workerCount; count += 1) workers.start();
  const all = messages(receiver.port);
  const batch = Math.ceil(all.length / batches);

  const began = Date.now();
  let sent = 0;
  for (let round = 0; ; round += 1) {
    // The last ones come when most of the workers have been killed.
    if (sent < batches && counts.kills >= (sent * wantedKills) / batches) {
      await addWaveMessages(state, all.slice(sent * batch, (sent + 1) * batch));
      sent += 1;
    }
    await delay(100 + random() * 600);
    if (counts.kills < wantedKills && (await workers.killOne(random()))) counts.kills += 1;
    // A decision of which the order was lost is given again, as people do.
    for (const [id, kind] of round % 10 === 0 ? decided : []) {
      const record = await store.read(id);
      if (record?.status === 'CUT_OVER' && record.orders.length === 0)
        await store.order(id, { kind, by: 'ada@acme.example', at: now(), reason: 'storm' });
    }
    const isSent = sent === batches && counts.kills >= wantedKills;
    if (isSent && (await countWaveMessages(state)) === 0 && (await openExecutions(state)) === 0) break;
    if (Date.now() - began > 2_000_000) throw new Error(JSON.stringify(await waveTotals(state)));
  }

  const ends = { FINALIZED: 0, ROLLED_BACK: 0 } as Record<string, number>;
  const wrong: string[] = [...cloud.violations, ...workers.said.filter((line) => line.startsWith('refused'))];
  for (let index = 0; index < machines; index += 1) {
    const id = `m-${index}`;
    const record = await store.read(id);
    const status = record?.status ?? 'lost';
    ends[status] = (ends[status] ?? 0) + 1;
    const events: MachineEvent[] = [];
    for await (const event of store.events(id)) events.push(event);
    wrong.push(...violations(id, status, events));
  }
  const letters = await waveDeadLetters(state);
  process.stderr.write(
    `storm of ${machines} in ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify({ ...ends, ...counts, deadLetters: letters.length })}\n`,
  );
  expect(wrong).toEqual([]);
  expect((ends['FINALIZED'] ?? 0) + (ends['ROLLED_BACK'] ?? 0)).toBe(machines);
  expect(letters).toHaveLength(poisoned);
  expect(letters.every(({ body }) => !body.includes('"callbackUrl"'))).toBe(true);
  expect(counts.kills).toBe(wantedKills);
  expect(new Set(receiver.heard.map(({ id }) => id)).size).toBeGreaterThanOrEqual(machines);
  const { rows } = await sql<{ places: number }>`SELECT count(*)::integer AS places FROM wave_places`.execute(state.db);
  expect(rows).toEqual([{ places: 0 }]);
});

function violations(id: string, status: string, events: readonly MachineEvent[]): readonly string[] {
  const world = cloud.world(id);
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(`${id}, ${status}: ${what}`);
  };
  const isMoved = status === 'FINALIZED';
  must(isMoved || status === 'ROLLED_BACK', 'it has not ended');
  must(world.targetServer === isMoved && world.source === (isMoved ? 'stopped' : 'running'), JSON.stringify(world));
  must(world.finalized === (isMoved ? 1 : 0), 'it was finalized although it was rolled back');
  must(!world.testServer && !world.snapshot, 'something is left');
  must(!isMoved || world.launches === 1, `its target was launched ${world.launches} times`);
  must(
    events.every(({ number }, index) => number === index + 1),
    'its history has gaps',
  );
  must(events.filter(({ kind }) => kind === 'created').length === 1, 'it was created more than once');
  const messages = events.map(({ message }) => message);
  must(
    messages.filter((message) => message === 'The machine is finalized.').length === (isMoved ? 1 : 0),
    'its history does not say once that it was finalized',
  );
  must(
    events.filter(({ kind }) => kind === 'restored').length === (isMoved ? 0 : 1),
    'its history does not say once what was restored',
  );
  return wrong;
}
