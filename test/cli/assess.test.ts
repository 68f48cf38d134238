import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNames } from '../../assessments/index.js';
import { withStub } from '../support/assess-run.js';
import { manyTables } from '../support/glue-catalogs.js';
import { leastCalls } from '../support/glue-stub.js';
import { command } from '../support/processes.js';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Asked every few milliseconds; the first answer other than `undefined` is sent. */
  readonly signal?: () => NodeJS.Signals | undefined;
}

const keys = { AWS_ACCESS_KEY_ID: 'AKIDSTUB', AWS_SECRET_ACCESS_KEY: 'very-secret-stub' };

/** Runs the real command as its own process, with no AWS configuration but what is given. */
async function run(
  args: readonly string[],
  { env = keys, signal = () => undefined }: RunOptions = {},
): Promise<Outcome> {
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  const child = spawn(process.execPath, [command, 'assess', ...args], {
    env: { PATH: process.env['PATH'], HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const watch = setInterval(() => {
    const wanted = signal();
    if (wanted === undefined) return;
    clearInterval(watch);
    child.kill(wanted);
  }, 5);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  rmSync(home, { recursive: true });
  return { code, ...output };
}

const at = (url: string, folder: string): readonly string[] => [
  'glue-catalog',
  '--sizes',
  'catalog',
  '--region',
  'eu-central-1',
  '--endpoint-url',
  url,
  '--output-dir',
  folder,
];

describe('aws2openstack assess glue-catalog', () => {
  test('prints a summary, where the files are and what to run next', async () => {
    await withStub(manyTables(2, 5, 3), async (stub, folder) => {
      const { code, stdout, stderr } = await run(at(stub.url, folder));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('tables      10 (PARQUET 10)');
      expect(stdout).toContain(`aws2openstack plan --assessment ${join(folder, fileNames.report)}`);
    });
  });

  test('--json prints one JSON document', async () => {
    await withStub(manyTables(2, 5, 3), async (stub, folder) => {
      const { stdout } = await run([...at(stub.url, folder), '--json', '--databases', 'DB_*']);
      expect(JSON.parse(stdout)).toMatchObject({
        summary: { tables: 10, partitions: 6 },
        findings: [],
        files: { report: join(folder, fileNames.report) },
      });
    });
  });

  test('a comma in braces belongs to its glob; a glob that is not one is wrong use', async () => {
    await withStub(manyTables(3, 1, 0), async (stub, folder) => {
      const { code, stdout } = await run([...at(stub.url, folder), '--databases', '{db_000,db_002}']);
      expect(code).toBe(0);
      expect(stdout).toContain('databases   2 (those that match {db_000,db_002}; 1 left out)');
    });
    for (const globs of ['{a', 'a,,b', '[', 'a[z-a]', '{a,{b,c}}']) {
      const { code, stderr } = await run([...at('http://127.0.0.1:1', '/nowhere'), '--databases', globs]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: option '--databases <globs>' argument '.*' is invalid\. .*such as "sales_\*/);
    }
  });

  test('a filter that matches nothing exits 1 and leaves the last report', async () => {
    await withStub(manyTables(2, 1, 0), async (stub, folder) => {
      await run(at(stub.url, folder));
      const before = readFileSync(join(folder, fileNames.report));
      const { code, stdout, stderr } = await run([...at(stub.url, folder), '--databases', 'sales']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^--databases: error: No database matches 'sales'; .* \[no-database-matches\]\n {2}fix: /);
      expect(readFileSync(join(folder, fileNames.report))).toEqual(before);
    });
  });

  test.each([
    ['123456789012', '123456789012'],
    ['123456789012:s3tablescatalog/lake', '123456789012:s3tablescatalog/lake'],
    ['arn:aws:glue:eu-central-1:123456789012:catalog/wh', '123456789012:wh'],
  ])('--catalog-id %s', async (given, id) => {
    await withStub(manyTables(1, 1, 0), async (stub, folder) => {
      const { stdout } = await run([...at(stub.url, folder), '--catalog-id', given]);
      expect(stdout).toMatch(new RegExp(`^Glue catalog ${id} of account 123456789012`));
    });
  });

  test.each(['lake', '1234', '123456789012:a b', ''])('--catalog-id %j is wrong use', async (given) => {
    const { code, stderr } = await run([...at('http://127.0.0.1:1', '/nowhere'), '--catalog-id', given]);
    expect(code).toBe(2);
    expect(stderr).toContain('123456789012:s3tablescatalog/lake');
  });

  test('access denied on one database is a warning and exit 0; with --strict it is exit 1 and no file', async () => {
    await withStub(manyTables(2, 5, 0), async (stub, folder) => {
      stub.intercept = ({ input }) =>
        input['DatabaseName'] === 'db_001'
          ? { status: 400, type: 'AccessDeniedException', message: 'not authorized' }
          : undefined;
      const strict = await run([...at(stub.url, folder), '--strict']);
      expect(strict.code).toBe(1);
      expect(strict.stderr).toContain('db_001: error: ');
      const lenient = await run(at(stub.url, folder));
      expect(lenient.code).toBe(0);
      expect(lenient.stderr).toMatch(
        /db_001: warning: .*\[access-denied\]\n {2}fix: Grant glue:GetTables on arn:aws:glue:eu-central-1:123456789012:catalog/,
      );
    });
  });

  test('killed again and again it continues, fetches nothing finished again, and writes the same report', async () => {
    const catalog = manyTables(6, 110, 1050);
    await withStub(catalog, async (stub, folder) => {
      const whole = join(folder, 'whole');
      expect((await run(at(stub.url, whole))).code).toBe(0);
      stub.delayMs = 8;
      const begin = stub.calls.length;
      const killed = join(folder, 'killed');
      for (const share of [0.2, 0.45, 0.7]) {
        const until = begin + leastCalls(catalog) * share;
        await run(at(stub.url, killed), { signal: () => (stub.calls.length > until ? 'SIGKILL' : undefined) });
      }
      const last = await run(at(stub.url, killed));
      expect(last.code).toBe(0);
      expect(last.stderr).toContain('Continuing an interrupted run');
      const content = (folder: string, name: string): string =>
        readFileSync(join(folder, name), 'latin1').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
      for (const name of [fileNames.report, fileNames.markdown, fileNames.partitions])
        expect(content(killed, name)).toBe(content(whole, name));
      // Each kill loses at most the calls in flight; each continuation asks once whose catalog it is.
      expect(stub.calls.length - begin).toBeLessThanOrEqual(leastCalls(catalog) + 3 * (32 + 1));
      expect(
        stub.calls.slice(begin).filter(({ action, input }) => action === 'GetDatabases' && input['MaxResults'] === 100)
          .length,
      ).toBe(1);
    });
  });

  test('a second run into the same folder ends at once and leaves the first one alone', async () => {
    const catalog = manyTables(4, 110, 1050);
    await withStub(catalog, async (stub, folder) => {
      stub.delayMs = 5000;
      const first = run(at(stub.url, folder));
      while (stub.calls.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const more of [[], ['--fresh']]) {
        const second = await run([...at(stub.url, folder), ...more]);
        expect(second.code).toBe(1);
        expect(second.stderr).toMatch(
          /^error: Another assessment \(process \d+\) .*\[run-in-progress\]\n {2}fix: .*\n$/,
        );
        expect(second.stderr).toContain(folder);
      }
      expect(readdirSync(folder)).toEqual([fileNames.checkpoint]);
      stub.delayMs = 0;
      expect((await first).code).toBe(0);
      expect(stub.calls.length).toBe(leastCalls(catalog));
      expect(readdirSync(folder)).not.toContain(fileNames.checkpoint);
    });
  });

  test('of runs that begin together into one folder, no two go on', async () => {
    const catalog = manyTables(2, 110, 0);
    await withStub(catalog, async (stub, folder) => {
      stub.delayMs = 500;
      const outcomes = await Promise.all([1, 2, 3].map(() => run(at(stub.url, folder))));
      expect(outcomes.map(({ code }) => code).toSorted()).toEqual([0, 1, 1]);
      expect(stub.calls.length).toBe(leastCalls(catalog));
    });
  });

  test('SIGINT stops it, keeps the checkpoint and says how to continue', async () => {
    await withStub(manyTables(6, 110, 1050), async (stub, folder) => {
      stub.delayMs = 20;
      const { code, stderr } = await run(at(stub.url, folder), {
        signal: () => (stub.calls.length > 20 ? 'SIGINT' : undefined),
      });
      expect(code).toBe(130);
      expect(stderr).toMatch(/\[interrupted\]\n {2}fix: Run the same command again/);
    });
  });
});

describe('every failure is one clear error', () => {
  const folder = join(tmpdir(), 'assess-never-written');

  test.each([
    ['no credentials', at('http://127.0.0.1:1', folder), {}, 1, 'no-credentials'],
    ['no region', ['glue-catalog', '--output-dir', folder], keys, 1, 'no-region'],
    ['an unknown profile', [...at('http://127.0.0.1:1', folder), '--profile', 'nope'], {}, 1, 'unknown-profile'],
    ['nobody listens', at('http://127.0.0.1:1', folder), keys, 1, 'unreachable'],
    ['a host without an address', at('http://nothing.invalid', folder), keys, 1, 'unknown-host'],
    [
      'no such region',
      ['glue-catalog', '--region', 'Frankfurt', '--output-dir', folder],
      keys,
      2,
      'must be an AWS region',
    ],
    ['no such endpoint', at('here', folder), keys, 2, 'must be an http or https URL'],
    ['no output folder', ['glue-catalog', '--region', 'eu-central-1'], keys, 2, '--output-dir'],
    ['an unknown flag', ['glue-catalog', '--output-dir', folder, '--regoin', 'x'], keys, 2, 'unknown option'],
    [
      'attempts of no number',
      [...at('http://127.0.0.1:1', folder), '--max-attempts', 'many'],
      keys,
      2,
      'It must be a whole number from 1 to 100',
    ],
  ])('%s', async (_what, args, env, code, text) => {
    const outcome = await run(args, { env });
    expect(outcome.stderr).toContain(text);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/^\s+at |very-secret-stub/m);
    expect(outcome.stdout).toBe('');
  });

  test.each([
    ['no region', ['s3', '--output-dir', folder], 1, 'no-region'],
    ['no output folder', ['s3', '--region', 'eu-central-1'], 2, '--output-dir'],
    [
      'buckets and tables at once',
      ['s3', '--bucket', 'a', '--assessment', folder, '--output-dir', folder],
      2,
      'cannot be used',
    ],
    ['no assessment', ['s3', '--assessment', folder, '--output-dir', folder], 1, 'file-missing'],
    [
      'nobody listens',
      ['s3', '--region', 'eu-central-1', '--endpoint-url', 'http://127.0.0.1:1', '--output-dir', folder],
      1,
      's3-unreachable',
    ],
  ])('of assess s3: %s', async (_what, args, code, text) => {
    const outcome = await run(args);
    expect(outcome.stderr).toContain(text);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).not.toMatch(/^\s+at |very-secret-stub/m);
    expect(outcome.stdout).toBe('');
  });

  test('an endpoint that is a web page', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outcome = await run(at(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, folder));
    server.closeAllConnections();
    server.close();
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('[not-glue]');
  });

  test('a metadata service that never answers does not hold it up', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
    const outcome = await run(at('http://127.0.0.1:1', folder), { env });
    server.closeAllConnections();
    server.close();
    expect(outcome.stderr).toContain('[no-credentials]');
  });

  test('--help shows an example', async () => {
    const { code, stdout } = await run(['glue-catalog', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('$ aws2openstack assess glue-catalog --region eu-central-1');
  });
});
