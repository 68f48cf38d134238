import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { execFile } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { mcpServer } from '../../monitoring/mcp/server.js';
import type { State } from '../../state/index.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { storeMonitoredLake } from '../support/monitored-lake.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

// The suite asks by HTTP alone, so the server behind `aws2openstack mcp` is served that way here. Its other scenarios ask
// for its own tools, or for what this server does not offer: prompts, logging, subscriptions.
const scenarios = ['server-initialize', 'ping', 'tools-list', 'resources-list'];

const suite = join(
  import.meta.dirname,
  '..',
  '..',
  'node_modules',
  '@modelcontextprotocol',
  'conformance',
  'dist',
  'index.js',
);

let engine: StateEngine;
let state: State;
let server: LocalServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-conformance-'));
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  await storeMonitoredLake(state);
  const handler = createMcpHandler(() =>
    mcpServer({ version: '0.1.0', use: (action) => action(state), log: (line) => process.stderr.write(`${line}\n`) }),
  );
  server = await listen((request, response) => void respond(request, response, (asked) => handler.fetch(asked)));
});
afterAll(async () => {
  await server.stop();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

test.concurrent.each(scenarios)('the conformance suite passes: %s', async (scenario) => {
  const run = promisify(execFile)(
    process.execPath,
    [suite, 'server', '--url', `${server.url}/mcp`, '--scenario', scenario],
    { cwd: folder },
  );
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string });
  expect(stdout).toMatch(/Passed: ([1-9]\d*)\/\1, 0 failed/);
});

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const body = await buffer(request);
  const answered = await answer(
    new Request(new URL(request.url ?? '/', server.url), {
      method: request.method ?? 'GET',
      headers: request.headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    }),
  );
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body === null) response.end();
  else await pipeline(Readable.fromWeb(answered.body), response);
}
