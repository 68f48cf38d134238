import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gatewayMetricsPort, renderHaproxy } from '../../../constructs/trino-gateway/render-haproxy.js';
import { isRunning, startProgram, stopProgram } from '../../../environments/lakehouse/program.js';
import { freePort } from '../../support/postgres-server.js';

/** Stands for a coordinator: says which it is, and in which state. A real one that starts is `ACTIVE`, too. */
interface Coordinator {
  readonly port: number;
  isStarting: boolean;
  state: 'ACTIVE' | 'INACTIVE' | 'SHUTTING_DOWN';
  readonly server: Server;
}

const folder = mkdtempSync(join(tmpdir(), 'a2o-gateway-'));
const pidFile = join(folder, 'haproxy.pid');
let coordinators: Record<'interactive' | 'batch', Coordinator>;
let doors: Record<'interactive' | 'batch' | 'metrics', number>;

beforeEach(async () => {
  const certificate = [
    '-subj',
    '/CN=coordinator',
    '-keyout',
    join(folder, 'key.pem'),
    '-out',
    join(folder, 'cert.pem'),
  ];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...certificate], {
    stdio: 'ignore',
  });
  coordinators = { interactive: await startCoordinator('interactive'), batch: await startCoordinator('batch') };
  doors = { interactive: await freePort(), batch: await freePort(), metrics: await freePort() };
  const { interactive, batch } = coordinators;
  // Only addresses and the pace of the checks are others.
  const config = renderHaproxy({ interactive: 'INTERACTIVE', batch: 'BATCH' }, doors)
    .replaceAll('INTERACTIVE:8443', `127.0.0.1:${interactive.port}`)
    .replaceAll('BATCH:8443', `127.0.0.1:${batch.port}`)
    .replaceAll(/bind :(\d+)/g, (_all, port: string) =>
      port === String(gatewayMetricsPort) ? `bind 127.0.0.1:${doors.metrics}` : `bind 127.0.0.1:${port}`,
    )
    .replaceAll('inter 5s', 'inter 100ms');
  writeFileSync(join(folder, 'haproxy.cfg'), config);
  await startProgram(
    {
      name: 'HAProxy',
      command: ['haproxy', '-f', join(folder, 'haproxy.cfg'), '-db'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
      cwd: folder,
      pidFile,
      logFile: join(folder, 'haproxy.log'),
      isLasting: false,
    },
    async () => (await answeredBy('interactive')) === 'interactive',
    30_000,
  );
}, 60_000);

afterEach(async () => {
  await stopProgram(pidFile);
  for (const { server } of Object.values(coordinators)) server.closeAllConnections();
  for (const { server } of Object.values(coordinators)) server.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('each door leads to its cluster, and a client sees the certificate of the coordinator itself', async () => {
  expect(await answeredBy('interactive')).toBe('interactive');
  expect(await answeredBy('batch')).toBe('batch');
  // On a busy machine a check may come late; what remains would be about the rendered file.
  const complaints = readFileSync(join(folder, 'haproxy.log'), 'utf8')
    .split('\n')
    .filter((line) => /ALERT|WARNING/.test(line) && !/ is (DOWN|UP), reason: |has no server available/.test(line));
  expect(complaints).toEqual([]);
  expect(isRunning(pidFile)).toBe(true);
}, 30_000);

test('people are led to the other cluster while the interactive one is down, and back', async () => {
  for (const state of ['SHUTTING_DOWN', 'INACTIVE'] as const) {
    coordinators.interactive.state = state;
    await untilAnsweredBy('interactive', 'batch');
    coordinators.interactive.state = 'ACTIVE';
    await untilAnsweredBy('interactive', 'interactive');
  }
  coordinators.interactive.server.closeAllConnections();
  coordinators.interactive.server.close();
  await untilAnsweredBy('interactive', 'batch');
}, 60_000);

test('a coordinator that still starts gets nobody', async () => {
  coordinators.interactive.isStarting = true;
  await untilAnsweredBy('interactive', 'batch');
  coordinators.interactive.isStarting = false;
  await untilAnsweredBy('interactive', 'interactive');
}, 30_000);

test('batch queries never land on the interactive cluster', async () => {
  coordinators.batch.state = 'SHUTTING_DOWN';
  await untilAnsweredBy('batch', undefined);
  expect(await answeredBy('interactive')).toBe('interactive');
}, 30_000);

test('its own figures are told, and nothing else is at that port', async () => {
  const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${doors.metrics}${path}`);
  expect(await (await get('/metrics')).text()).toContain('haproxy_backend_active_servers{proxy="interactive"}');
  expect((await get('/')).status).toBe(403);
}, 30_000);

async function startCoordinator(name: string): Promise<Coordinator> {
  const server = createServer(
    { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) },
    ({ url }, response) => {
      if (url === '/v1/info/state') response.end(JSON.stringify(coordinator.state));
      else if (url === '/v1/info') response.end(JSON.stringify({ starting: coordinator.isStarting }));
      else response.end(name);
    },
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const coordinator: Coordinator = { port, isStarting: false, state: 'ACTIVE', server };
  return coordinator;
}

/** Which coordinator a new connection reaches; `undefined` for none. */
function answeredBy(door: 'interactive' | 'batch'): Promise<string | undefined> {
  return new Promise((answered) => {
    const ca = readFileSync(join(folder, 'cert.pem'));
    const asked = { host: '127.0.0.1', port: doors[door], ca, servername: 'coordinator', agent: false, timeout: 5_000 };
    request(asked, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        answered(text);
      });
    })
      .on('error', () => {
        answered(undefined);
      })
      .end();
  });
}

async function untilAnsweredBy(door: 'interactive' | 'batch', name: string | undefined): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((await answeredBy(door)) !== name && Date.now() < deadline) await delay(100);
  expect(await answeredBy(door)).toBe(name);
}
