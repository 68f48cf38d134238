// `node --import tsx test/upgrade/make-fixture.ts <commit> <name>`: packs the artefact of an earlier commit, lets it fill a
// store and write its files, and keeps them in test/upgrade/fixtures/<name>. Needs the git history, PostgreSQL and this
// checkout's packages; the tests need none of these.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startPostgres } from '../support/postgres-server.js';
import type { PostgresServer } from '../support/postgres-server.js';

const root = join(import.meta.dirname, '..', '..');
const mapping = join(import.meta.dirname, 'acme.yaml');
const [commit = '', name = ''] = process.argv.slice(2);
if (commit === '' || name === '') throw new Error('Give a commit and a name.');
const folder = join(import.meta.dirname, 'fixtures', name);
const scratch = mkdtempSync(join(tmpdir(), 'a2o-fixture-'));
const checkout = join(scratch, 'checkout');

execFileSync('git', ['worktree', 'add', '--detach', checkout, commit], { cwd: root, stdio: 'inherit' });
try {
  const artefact = pack();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const postgres = await startPostgres(['fsync=off']);
  try {
    await postgres.query('postgres', 'CREATE DATABASE store');
    await fill(artefact, postgres);
  } finally {
    await postgres.stop();
  }
} finally {
  execFileSync('git', ['worktree', 'remove', '--force', checkout], { cwd: root, stdio: 'inherit' });
  rmSync(scratch, { recursive: true, force: true });
}

/** The folder of the unpacked tarball, with the packages of this checkout. */
function pack(): string {
  execFileSync('cp', ['-al', join(root, 'node_modules'), checkout]);
  for (const each of readdirSync(join(root, 'packages')))
    execFileSync('cp', ['-a', join(root, 'packages', each, 'lib'), join(checkout, 'packages', each)]);
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: checkout, stdio: 'inherit' });
  const packed = ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch];
  const tarball = execFileSync('npm', packed, { cwd: checkout, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['xzf', join(scratch, tarball), '-C', scratch]);
  const artefact = join(scratch, 'package');
  rmSync(join(artefact, 'node_modules'), { recursive: true, force: true });
  symlinkSync(join(checkout, 'node_modules'), join(artefact, 'node_modules'));
  return artefact;
}

async function fill(artefact: string, postgres: PostgresServer): Promise<void> {
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url('store'),
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    A2O_TARGET_ACCESS_KEY_ID: 'a',
    A2O_TARGET_SECRET_ACCESS_KEY: 'b',
  };
  const tool = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [join(artefact, 'cli', 'aws2openstack.mjs'), ...args], {
      cwd: scratch,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const demo = join(checkout, 'examples', 'demo');
  const files = ['--assessment', demo, '--mapping', mapping];
  tool('synth', ...files, '--output', join(scratch, 'out'), '--save-to-db');
  const plan = JSON.parse(tool('plan', ...files, '--json')) as unknown;
  if (/^ {2}migrate /m.test(tool('--help'))) await leaveJobInFlight({ tool, files, env, artefact }, postgres);

  keep('assessment.json.gz', gzipSync(readFileSync(join(demo, 'glue-catalog-assessment.json')), { level: 9 }));
  keep('partitions.ndjson.gz', readFileSync(join(demo, 'glue-catalog-partitions.ndjson.gz')));
  keep('plan.json.gz', gzipSync(JSON.stringify(plan), { level: 9 }));
  keep('addresses.json.gz', gzipSync(JSON.stringify(addresses(join(scratch, 'out', 'stacks'))), { level: 9 }));
  keep('store.sql.gz', gzipSync(dump(postgres), { level: 9 }));
  const applied = await postgres.query('store', 'SELECT name FROM schema_migrations ORDER BY name');
  const sha = execFileSync('git', ['rev-parse', commit], { cwd: root, encoding: 'utf8' }).trim();
  keep('about.json', `${JSON.stringify({ commit: sha, schema: applied.map((row) => row['name']) }, null, 2)}\n`);
}

interface Tool {
  readonly tool: (...args: readonly string[]) => string;
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly artefact: string;
}

/** A worker that is killed while it copies: its jobs are RUNNING, their objects are listed, none is copied. */
async function leaveJobInFlight({ tool, files, env, artefact }: Tool, postgres: PostgresServer): Promise<void> {
  let copying = 0;
  const source = await serve(answerAsSource);
  const target = await serve((request, response) => {
    request.resume();
    if (request.method === 'PUT') copying += 1;
    else response.writeHead(404).end();
  });
  try {
    const given = [
      '--trino-url',
      'https://trino.acme.example',
      '--source-endpoint-url',
      urlOf(source),
      '--var',
      `endpoint=${urlOf(target)}`,
    ];
    tool('migrate', 'start', ...files, ...given, '--no-check');
    const worker = spawn(
      process.execPath,
      [join(artefact, 'cli', 'aws2openstack.mjs'), 'migrate', 'worker', '--concurrency', '1'],
      { cwd: scratch, env, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    while (copying === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    console.log(await postgres.query('store', 'SELECT status, count(*) FROM migration_jobs GROUP BY 1'));
  } finally {
    for (const server of [source, target]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** A bucket without versions, with two objects in each folder that it is asked for. */
function answerAsSource(...[request, response]: Parameters<RequestListener>): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://source');
  const xml = (text: string): void => void response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
  if (searchParams.has('versioning')) xml('<VersioningConfiguration/>');
  else if (searchParams.has('list-type')) {
    const prefix = searchParams.get('prefix') ?? '';
    const entries = ['part-0', 'part-1'].map(
      (each) =>
        `<Contents><Key>${prefix}${each}</Key><LastModified>2026-11-28T10:00:00.000Z</LastModified><ETag>&quot;${etagOf(prefix + each)}&quot;</ETag><Size>10</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
    const name = pathname.split('/')[1] ?? '';
    xml(
      `<ListBucketResult><Name>${name}</Name><Prefix>${prefix}</Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`,
    );
  } else {
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const headers = {
      etag: `"${etagOf(key)}"`,
      'content-length': 10,
      'last-modified': 'Sat, 28 Nov 2026 10:00:00 GMT',
    };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : '0123456789');
  }
}

function etagOf(key: string): string {
  return createHash('md5').update(key).digest('hex');
}

async function serve(answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `<type>.<name>` of every resource, by stack. */
function addresses(stacks: string): Record<string, readonly string[]> {
  return Object.fromEntries(
    readdirSync(stacks).map((stack) => {
      const { resource = {} } = JSON.parse(readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')) as {
        resource?: Record<string, Record<string, unknown>>;
      };
      const found = Object.entries(resource).flatMap(([type, named]) =>
        Object.keys(named).map((id) => `${type}.${id}`),
      );
      return [stack, found.sort()];
    }),
  );
}

/** Schema and rows as SQL that PGlite reads, too: without commands of psql, and without a change of the search path. */
function dump(postgres: PostgresServer): string {
  const versions = readdirSync('/usr/lib/postgresql').sort();
  const program = join('/usr/lib/postgresql', versions.at(-1) ?? '', 'bin', 'pg_dump');
  const args = ['--no-owner', '--no-privileges', '--inserts', '--rows-per-insert=500', postgres.url('store')];
  const text = execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text
    .split('\n')
    .filter((line) => !/^(\\|--|SELECT pg_catalog\.set_config\('search_path'|SET transaction_timeout)/.test(line))
    .join('\n');
}

function keep(file: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, file), content);
  if (file.endsWith('.gz')) console.log(file, content.length, 'bytes;', gunzipSync(content).length, 'unpacked');
}
