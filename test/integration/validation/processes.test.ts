import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { stringify } from 'yaml';
import type { Certificate } from '../../../validation/certificate/index.js';
import { expireLeases } from '../../support/jobs.js';
import { jsonProblem } from '../../support/json-outputs.js';
import { MovedLake } from './moved-lake.js';
import type { StartedProcess } from './moved-lake.js';

/** `A2O_VALIDATE_KILLS=50` for what is asked of a release. */
const kills = Number(process.env['A2O_VALIDATE_KILLS'] ?? 3);
const checksOf = ['checksum', 'row_count', 'sample', 'schema', 'statistics'];

/** So few rows that a sample has all of them, whatever the run's ID. */
const rows = (columns: string, count = 600): string =>
  `AS SELECT ${columns} FROM UNNEST(sequence(1, ${count})) AS t (id)`;
const tables = {
  orders: [
    'hive',
    `WITH (format = 'PARQUET', partitioned_by = ARRAY['day']) ${rows(
      "id, CAST(id / DECIMAL '7.00' AS decimal(12,2)) AS amount, date_add('second', id * 7919, TIMESTAMP '1969-12-01 00:00:00.000') AS at, CAST(element_at(ARRAY['2024-01-01', 'a=b/c', '50%'], mod(id, 3) + 1) AS varchar) AS day",
    )}`,
  ],
  items: ['hive', `WITH (format = 'ORC') ${rows('id, ARRAY[id, NULL] AS parts, CAST(id AS double) / 7 AS weight')}`],
  notes: [
    'hive',
    `WITH (format = 'PARQUET') ${rows("id, element_at(ARRAY[NULL, '', ' x', 'NULL'], mod(id, 4) + 1) AS note")}`,
  ],
  customers: ['hive', `WITH (format = 'PARQUET') ${rows("id, 'c' || CAST(id AS varchar) AS name", 50)}`],
  prices: ['hive', `WITH (format = 'ORC') ${rows('id, CAST(id AS decimal(38,10)) AS price')}`],
  clicks: ['iceberg', rows("id, CAST(id AS varchar) AS page, DATE '2024-01-01' AS day")],
  visits: ['iceberg', `WITH (partitioning = ARRAY['page']) ${rows("id, 'p' || CAST(mod(id, 3) AS varchar) AS page")}`],
} as const;
const expected = Object.keys(tables)
  .flatMap((table) =>
    [...checksOf, ...(hasPartitions(table) ? ['partition'] : [])].map((check) => `${table} ${check} 1`),
  )
  .sort();

let lake: MovedLake;
let key = '';
let signers = '';

beforeAll(async () => {
  lake = await MovedLake.create(tables);
  key = join(lake.folder, 'key');
  signers = join(lake.folder, 'signers');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
  writeFileSync(signers, `ada ${readFileSync(`${key}.pub`, 'utf8')}`);
}, 1_200_000);

afterAll(async () => {
  await lake.remove();
}, 300_000);

function hasPartitions(table: string): boolean {
  return table === 'orders';
}

/** `table check count` of the results of each run, or of those that count. */
async function counts(which: 'by run' | 'current'): Promise<readonly string[]> {
  const { rows: found } = await sql<{ text: string }>`
    SELECT tables.table_name || ' ' || validation_type || ' ' || count(*) AS text
    FROM validation_results result
    JOIN migration_jobs job ON job.id = result.migration_job_id
    JOIN tables ON tables.id = job.table_id
    WHERE ${which === 'by run'} OR NOT superseded
    GROUP BY tables.table_name, validation_type, CASE WHEN ${which === 'by run'} THEN details ->> 'runId' END
    ORDER BY 1`.execute(lake.state.db);
  return found.map(({ text }) => text);
}

/** Results that count and failed, with what the check found. */
async function failures(): Promise<readonly object[]> {
  const { rows: found } = await sql<object>`
    SELECT tables.table_name, validation_type, validation_results.status, validation_results.details
    FROM validation_results
    JOIN migration_jobs job ON job.id = migration_job_id
    JOIN tables ON tables.id = job.table_id
    WHERE NOT superseded AND validation_results.status = 'failed'`.execute(lake.state.db);
  return found;
}

async function runIds(): Promise<ReadonlySet<string>> {
  const { rows: found } = await sql<{ id: string }>`
    SELECT DISTINCT details ->> 'runId' AS id FROM validation_results`.execute(lake.state.db);
  return new Set(found.map(({ id }) => id));
}

/** Whoever held a job gives no sign any more. */
async function kill({ process: child, ended }: StartedProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended;
  await expireLeases(lake.state);
}

/** The files of a certificate, without what names the run. */
async function certificate(name: string): Promise<{ readonly text: string; readonly run: Certificate['run'] }> {
  const folder = join(lake.folder, name);
  const written = await lake.certify(folder, '--key', key);
  expect([written.code, written.stderr]).toEqual([0, expect.any(String)]);
  expect(await lake.run('verify', folder, '--allowed-signers', signers)).toMatchObject({ code: 0 });
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const { run, files, ...rest } = JSON.parse(read('certificate.json')) as Certificate;
  const days = [run.startedAt, run.finishedAt].flatMap((time) => [time, time.slice(0, 10)]);
  const paper = [run.id, ...days].reduce((paperText, each) => paperText.replaceAll(each, '…'), read('certificate.md'));
  const text = [JSON.stringify(rest), JSON.stringify(files['tables.ndjson']), read('tables.ndjson'), paper];
  return { text: text.join('\n').replaceAll(/\d\d:\d\d(:\d\d)?( UTC|Z)/g, '…'), run };
}

let undisturbed: Awaited<ReturnType<typeof certificate>>;

describe('nothing validated is a failure', () => {
  test('when no migration was begun', async () => {
    const { code, stderr } = await lake.validate(['all']).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('The store has no run of this assessment')]);
  });

  test('when no table was moved', async () => {
    await lake.startMigration();
    const { code, stdout } = await lake.validate(['all']).ended;
    expect([code, stdout]).toEqual([1, expect.stringContaining('0 of 7 tables passed')]);
    expect(await lake.certify('none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing to certify'),
    });
    expect(await counts('by run')).toEqual([]);
  });
});

test('a run that nobody disturbs leaves one result of each check and table, and a certificate', async () => {
  await lake.move();
  const { code, stdout, stderr } = await lake.validate(['all']).ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('7 of 7 tables passed')]);
  expect(stderr).not.toMatch(/error|warning/);
  expect(await counts('by run')).toEqual(expected);
  undisturbed = await certificate('undisturbed');
  expect(lake.athena.executions.filter(({ state }) => state !== 'SUCCEEDED')).toEqual([]);
}, 600_000);

test(
  `${kills} workers that are killed, one that freezes and a restarted database leave the same`,
  async () => {
    expect(await lake.validate(['all'], '--no-wait').ended).toMatchObject({ code: 0 });
    const worker = (): StartedProcess => lake.start('migrate', 'worker', '--validations', '--until-done');
    let [one, other] = [worker(), worker()];
    for (let killed = 0; killed < kills; killed += 1) {
      await delay(randomInt(500, 6000));
      await kill(one);
      [one, other] = [other, worker()];
      if (killed === 1) {
        // Others take its jobs, and it wakes up as if nothing had happened.
        one.process.kill('SIGSTOP');
        await expireLeases(lake.state);
        await delay(3000);
        one.process.kill('SIGCONT');
      }
      if (killed === 2) await lake.restartStore();
    }
    const ends = await Promise.all([one.ended, other.ended]);
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, expect.any(String)]));
    expect((await runIds()).size).toBe(2);
    expect(await counts('by run')).toEqual([...expected, ...expected].sort());
    expect(await counts('current')).toEqual(expected);
    expect(await failures()).toEqual([]);
    const disturbed = await certificate('workers');
    expect(disturbed.text).toBe(undisturbed.text);
    expect(disturbed.run.id).not.toBe(undisturbed.run.id);
  },
  300_000 * Math.max(4, kills),
);

test(
  `a command that is killed ${kills} times goes on, and validates nothing twice in a run`,
  async () => {
    const before = await runIds();
    for (let killed = 0; killed < kills; killed += 1) {
      const validation = lake.validate(['all']);
      await delay(randomInt(1500, 8000));
      await kill(validation);
    }
    expect(await lake.validate(['all']).ended).toMatchObject({ code: 0 });
    // One that had ended before it was killed is followed by another run.
    const begun = (await runIds()).size;
    expect(begun).toBeGreaterThan(before.size);
    expect(await counts('by run')).toEqual(
      Array.from({ length: begun }, () => expected)
        .flat()
        .sort(),
    );
    expect(await counts('current')).toEqual(expected);
    expect(await failures()).toEqual([]);
    expect((await certificate('command')).text).toBe(undisturbed.text);
  },
  300_000 * Math.max(4, kills),
);

test('two commands at once are one run', async () => {
  const before = (await runIds()).size;
  const both = [lake.validate(['all']), lake.validate(['all'])];
  expect(await Promise.all(both.map(async ({ ended }) => (await ended).code))).toEqual([0, 0]);
  expect((await runIds()).size).toBe(before + 1);
  expect(await counts('current')).toEqual(expected);
}, 600_000);

test('a certificate whose writer is killed is the former one, or is refused, until it is written anew', async () => {
  const folder = join(lake.folder, 'undisturbed');
  for (let killed = 0; killed < kills; killed += 1) {
    const writing = lake.start('validate', 'report', ...lake.files, '--output', folder, '--key', key, '--no-pdf');
    await delay(randomInt(300, 2500));
    writing.process.kill('SIGKILL');
    await writing.ended;
    const { code, stderr } = await lake.run('verify', folder, '--allowed-signers', signers);
    expect([0, 1]).toContain(code);
    if (code === 1) expect(stderr).toMatch(/: error: .*\[[a-z-]+\]\n/);
  }
  expect((await certificate('undisturbed')).text).toBe(undisturbed.text);
  expect(
    readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort(),
  ).toEqual(['certificate.json', 'certificate.json.sig', 'certificate.md', 'tables.ndjson']);
}, 600_000);

describe('what goes wrong is told', () => {
  test('a query that Athena fails is a check that failed, and the command fails', async () => {
    lake.athena.before = (statement) => {
      if (statement.includes('"items"') && statement.includes('min(')) throw new Error('Query exhausted resources');
    };
    const { code, stdout } = await lake.validate(['all']).ended;
    lake.athena.before = () => undefined;
    expect(code).toBe(1);
    expect(stdout).toContain('6 of 7 tables passed');
    expect(stdout).toMatch(/items: \w+: .*Query exhausted resources/);
    expect(await counts('current')).toEqual(expected);
    expect(await lake.certify('failed')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('6 of 7 tables certified'),
    });
  }, 600_000);

  test('and an exception that was signed for an earlier run does not cover it', async () => {
    const [exceptions, signature] = [join(lake.folder, 'exceptions.yaml'), { signedBy: 'ada', reason: 'known' }];
    const sign = (signedAt: string): void => {
      const table = `${lake.database}.items`;
      writeFileSync(exceptions, stringify(checksOf.map((check) => ({ table, check, ...signature, signedAt }))));
    };
    sign(undisturbed.run.finishedAt);
    const early = await lake.certify('early', '--exceptions', exceptions);
    expect([early.code, early.stdout]).toEqual([
      1,
      expect.stringContaining('6 of 7 tables certified, 0 with exceptions, 1 not'),
    ]);
    sign(new Date().toISOString());
    const now = await lake.certify('signed', '--exceptions', exceptions);
    expect([now.code, now.stdout]).toEqual([
      0,
      expect.stringContaining('6 of 7 tables certified, 1 with exceptions, 0 not'),
    ]);
  }, 120_000);

  test('a source that changes meanwhile is reported as that', async () => {
    const [first] = (await lake.source.list()).filter(({ key: name }) => name.startsWith('customers/'));
    lake.athena.before = async (statement) => {
      if (first === undefined || !statement.includes('"customers"') || !statement.includes('xxhash64')) return;
      lake.athena.before = () => undefined;
      await lake.source.put({ key: `${first.key}-2`, content: Buffer.from('not Parquet') });
    };
    const table = `${lake.database}.customers`;
    const { code, stdout } = await lake.validate(['table', table], '--json').ended;
    lake.athena.before = () => undefined;
    expect(jsonProblem(['validate', 'table', '--json'], stdout)).toBeUndefined();
    const found = JSON.parse(stdout) as {
      readonly tables: readonly { readonly results: readonly { readonly difference: string }[] }[];
    };
    const differences = found.tables.flatMap(({ results }) => results.map(({ difference }) => difference));
    expect(differences).toHaveLength(5);
    for (const difference of differences)
      expect(difference).toContain('The source has changed since it was copied: of its objects, 1 new');
    expect(code).toBe(1);
  }, 120_000);

  test('a table that is gone from the target fails, and is not certified', async () => {
    await lake.query(`DROP TABLE hive.${lake.database.replace('shop', 'moved')}.notes`);
    const { code, stdout } = await lake.validate(['table', `${lake.database}.notes`]).ended;
    expect([code, stdout]).toEqual([1, expect.stringContaining('At the target')]);
  }, 120_000);
});
