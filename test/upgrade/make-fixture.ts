// `node --import tsx test/upgrade/make-fixture.ts <commit> <name>`: packs the artefact of an earlier commit, lets it fill a
// store and write its files, and keeps them in test/upgrade/fixtures/<name>. Needs the git history, PostgreSQL and this
// checkout's packages; the tests need none of these. Then run `npm run format`.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startPostgres } from '../support/postgres-server.js';
import type { PostgresServer } from '../support/postgres-server.js';
import { resourcesOf } from './fixture.js';
import type { Fixture, JobSides } from './fixture.js';
import { JobStore, startSource } from './job-store.js';

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
  const job = /^ {2}migrate /m.test(tool('--help'))
    ? await leaveJobInFlight({ tool, files, env, artefact }, postgres)
    : null;

  keep('assessment.json.gz', gzipSync(readFileSync(join(demo, 'glue-catalog-assessment.json')), { level: 9 }));
  keep('partitions.ndjson.gz', readFileSync(join(demo, 'glue-catalog-partitions.ndjson.gz')));
  keep('plan.json.gz', gzipSync(JSON.stringify(plan), { level: 9 }));
  keep('resources.json.gz', gzipSync(JSON.stringify(resources(join(scratch, 'out', 'stacks'))), { level: 9 }));
  keep('store.sql.gz', gzipSync(dump(postgres), { level: 9 }));
  const applied = await postgres.query('store', 'SELECT name FROM schema_migrations ORDER BY name');
  const sha = execFileSync('git', ['rev-parse', commit], { cwd: root, encoding: 'utf8' }).trim();
  keep('about.json', `${JSON.stringify({ commit: sha, schema: applied.map((row) => row['name']), job }, null, 2)}\n`);
}

interface Tool {
  readonly tool: (...args: readonly string[]) => string;
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly artefact: string;
}

/**
 * A worker that is killed while it copies: one of its jobs is RUNNING, holds its lease, has its objects listed and one of
 * them copied; the other is still in the queue.
 */
async function leaveJobInFlight({ tool, files, env, artefact }: Tool, postgres: PostgresServer): Promise<JobSides> {
  const source = await startSource();
  const target = new JobStore();
  target.storesAtMost = 1;
  await target.start();
  try {
    const given = [
      '--trino-url',
      'https://trino.acme.example',
      '--source-endpoint-url',
      source.url,
      '--var',
      `endpoint=${target.url}`,
    ];
    tool('migrate', 'start', ...files, ...given, '--no-check');
    const worker = spawn(
      process.execPath,
      [join(artefact, 'cli', 'aws2openstack.mjs'), 'migrate', 'worker', '--concurrency', '1'],
      { cwd: scratch, env, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const ended = once(worker, 'exit');
    const stored = 'SELECT coalesce(sum(copied), 0)::int AS copied FROM migration_chunks';
    for (let copied = 0; copied === 0 || target.waiting === 0;) {
      if (worker.exitCode !== null || worker.signalCode !== null)
        throw new Error('The worker ended before it copied an object.');
      await delay(50);
      copied = Number((await postgres.query('store', stored))[0]?.['copied']);
    }
    worker.kill('SIGKILL');
    await ended;
    console.log(await postgres.query('store', 'SELECT status, count(*) FROM migration_jobs GROUP BY 1'));
    return { source: source.url, target: target.url, copied: target.puts };
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
}

/** The block `resource` of each stack. */
function resources(stacks: string): Fixture['resources'] {
  return Object.fromEntries(readdirSync(stacks).map((stack) => [stack, resourcesOf(join(stacks, stack))]));
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
