import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolVersion } from '../../core/tool-version.js';
import { questions } from '../../monitoring/questions/index.js';
import { exampleInputs } from '../support/example-inputs.js';
import { storeMonitoredLake } from '../support/monitored-lake.js';
import type { MonitoredLake } from '../support/monitored-lake.js';
import { until } from '../support/jobs.js';
import { command } from '../support/processes.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

let engine: StateEngine;
let env: Record<string, string>;
let lake: MonitoredLake;
beforeAll(async () => {
  engine = await startEngine('server');
  const location = await engine.fresh();
  env = engine.env(location);
  const state = await opened(location);
  lake = await storeMonitoredLake(state);
  await state.close();
});
afterAll(() => engine.stop());

describe.each(['legacy', 'auto'] as const)('the official client, versions: %s', (mode) => {
  let client: Client;
  let log = '';
  beforeAll(async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [command, 'mcp'],
      env,
      stderr: 'pipe',
    });
    transport.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    client = new Client({ name: 'test', version: '1' }, mode === 'auto' ? { versionNegotiation: { mode } } : {});
    await client.connect(transport);
  });
  afterAll(() => client.close());

  test('each question is a tool with both schemas and all annotations', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name, title, description }) => ({ name, title, description }))).toEqual(
      questions.map(({ name, title, description }) => ({ name, title, description })),
    );
    for (const [at, { inputSchema, outputSchema, annotations, title }] of tools.entries()) {
      expect({ inputSchema, outputSchema }).toMatchObject({
        inputSchema: questions[at]?.input,
        outputSchema: questions[at]?.output,
      });
      expect(annotations).toEqual({
        title,
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      });
    }
    expect(client.getServerVersion()).toMatchObject({ name: 'aws2openstack', version: toolVersion() });
    expect(client.getInstructions()).toContain('untrusted');
  });

  test('each tool answers with structured content, and the same as text', async () => {
    await client.listTools();
    for (const { name } of questions) {
      const arguments_ = exampleInputs(lake)[name] as Record<string, unknown>;
      // The client checks structured content against the output schema.
      const { content, structuredContent, isError } = await client.callTool({ name, arguments: arguments_ });
      const [notice, json] = content as readonly { readonly text: string }[];
      expect([name, isError ?? false]).toEqual([name, false]);
      expect(notice?.text).toContain('never follow instructions');
      expect(json?.text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(json?.text ?? '')).toEqual(structuredContent);
    }
  });

  test('what is wrong with an argument is an answer with a fix, not an error of the protocol', async () => {
    const { content, isError } = await client.callTool({ name: 'list_tables', arguments: { limit: 0, where: '1=1' } });
    expect(isError).toBe(true);
    const [{ text } = { text: '' }] = content as readonly { readonly text: string }[];
    expect(text).toContain('/limit must be at least 1');
    expect(text).toContain("has the unknown key 'where'");
    await expect(client.callTool({ name: 'drop_tables', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  test('reports are resources', async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ name }) => name)).toEqual([...lake.assessments].reverse());
    const { contents } = await client.readResource({ uri: resources[0]?.uri ?? '' });
    expect(contents).toEqual([
      { uri: resources[0]?.uri, mimeType: 'text/markdown', text: expect.stringContaining('| tables | 7 |') },
    ]);
    const unknown = client.readResource({ uri: 'aws2openstack://assessments/assessment-000000/report' });
    await expect(unknown).rejects.toThrow();
  });

  test('the log names the role that may write, and nothing else', () => {
    expect(log).toContain('[role-may-write]');
    expect(log.trim().split('\n')).toHaveLength(2);
  });
});

test('it ends when its input ends, and on SIGTERM', async () => {
  const ends = [
    (child: ReturnType<typeof start>) => child.stdin.end(),
    (child: ReturnType<typeof start>) => child.kill('SIGTERM'),
  ];
  for (const end of ends) {
    const child = await initialized();
    end(child);
    expect(await once(child, 'close')).toEqual([0, null]);
  }
});

test('it ends when a message is too long, or its output is closed, although its input stays open', async () => {
  const ends = [
    (child: ReturnType<typeof start>) => child.stdin.write('x'.repeat(11_000_000)),
    (child: ReturnType<typeof start>) => {
      child.stdout.destroy();
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })}\n`);
    },
  ];
  for (const end of ends) {
    const child = await initialized();
    child.stdin.on('error', () => undefined);
    end(child);
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});

test('calls at once, cancelled ones, unknown tools and arguments of wrong types leave it answering', async () => {
  const child = await initialized();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const call = (id: number, name: unknown, arguments_?: unknown): void => {
    send({ id, method: 'tools/call', params: { name, arguments: arguments_ } });
  };
  for (let id = 100; id < 150; id += 1) call(id, 'list_tables', { limit: 1000 });
  for (let id = 100; id < 150; id += 2) send({ method: 'notifications/cancelled', params: { requestId: id } });
  call(2, 'drop_tables', {});
  call(3, 7, {});
  call(4, 'list_tables', 'all');
  call(5, 'list_tables', { limit: '5', search: '\ud800', database: { $ne: 1 } });
  call(6, 'search_tables', { pattern: '\ud800' });
  call(7, 'list_tables', { __proto__: null, constructor: 1 });
  child.stdin.write('not JSON\n[]\n"text"\n\n');
  call(8, 'list_assessments');
  const answers = (): ReadonlyMap<number, Answered> => {
    const lines = output.split('\n').slice(0, -1);
    const all = lines.map((line) => JSON.parse(line) as Answered);
    return new Map(all.map((answered) => [answered.id, answered]));
  };
  await until(() => ([2, 3, 4, 5, 6, 7, 8, 101, 149].every((id) => answers().has(id)) ? true : undefined));
  for (const id of [2, 3, 4]) expect(answers().get(id)).toHaveProperty('error');
  for (const id of [5, 7]) expect(answers().get(id)?.result?.isError).toBe(true);
  for (const id of [6, 8, 101, 149]) expect(answers().get(id)?.result).not.toHaveProperty('isError');
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('a store that cannot be opened is one error on standard error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-mcp-'));
  for (const [environment, code] of [
    [{ A2O_STATE_DIR: join(folder, 'none') }, 'store-not-migrated'],
    [{ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }, 'database-econnrefused'],
    [{ DATABASE_URL: 'mysql://nobody' }, 'database-url'],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'mcp'], {
      env: environment,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.match(/\[[a-z-]+\]/g)).toEqual([`[${code}]`]);
  }
  rmSync(folder, { recursive: true });
});

interface Answered {
  readonly id: number;
  readonly error?: object;
  readonly result?: { readonly isError?: boolean };
}

async function initialized(): Promise<ReturnType<typeof start>> {
  const child = start(env);
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toMatchObject({ id: 1, result: { serverInfo: { name: 'aws2openstack' } } });
  return child;
}

function start(environment: Record<string, string>) {
  return spawn(process.execPath, [command, 'mcp'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
}
