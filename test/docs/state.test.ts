import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../support/postgres-server.js';
import type { PostgresServer } from '../support/postgres-server.js';
import { cli } from '../support/run-cli.js';

jest.setTimeout(180_000);

let server: PostgresServer;
let folder: string;
beforeAll(async () => {
  server = await startPostgres(['fsync=off']);
  await server.query('postgres', 'CREATE ROLE owner SUPERUSER LOGIN');
  folder = mkdtempSync(join(tmpdir(), 'a2o-docs-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('the commands of docs/state.md, one after the other', async () => {
  const blocks = [...readFileSync('docs/state.md', 'utf8').matchAll(/(?<=```sh\n)[\s\S]*?(?=```)/g)].map(
    ([block]) => block,
  );
  // The commands of later sections have their own tests.
  const lines = blocks.slice(0, 3).flatMap((block) => block.trimEnd().split('\n'));
  let env: Record<string, string> = { A2O_STATE_DIR: join(folder, 'state') };
  let ran = 0;
  for (const line of lines) {
    const [, args] = /^npx aws2openstack (.*)$/.exec(line) ?? [];
    const [, url] = /^export DATABASE_URL=(.*)$/.exec(line) ?? [];
    if (args !== undefined) {
      const words = args.split(' ').map((word) => (word === 'state.ndjson.gz' ? join(folder, word) : word));
      expect({ line, ...(await cli(words, env)) }).toMatchObject({ line, code: 0, stderr: '' });
      ran += 1;
    } else if (url !== undefined) {
      env = { ...env, DATABASE_URL: url.replace('db.example', `127.0.0.1:${server.port}`) };
    } else if (line.startsWith('createdb ')) {
      await server.query('postgres', `CREATE DATABASE ${line.slice('createdb '.length)}`);
    } else {
      const commands = [...line.matchAll(/-c '([^']+)'/g)].map(([, command = '']) => command);
      expect({ line, commands }).not.toEqual({ line, commands: [] });
      for (const command of commands) await server.query('aws2openstack', command);
    }
  }
  expect(ran).toBe(8);
});

test('the table of parameters is what is allowed', async () => {
  const { stderr } = await cli(['state', 'status'], { DATABASE_URL: 'postgresql://127.0.0.1/x?nonsense=1' });
  const [, allowed = ''] = /allowed are (.*)\. \[/.exec(stderr) ?? [];
  const table = readFileSync('docs/state.md', 'utf8').split('## DATABASE_URL')[1]?.split('\n## ')[0] ?? '';
  const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual(allowed.split(', ').sort());
});
