import { PGlite } from '@electric-sql/pglite';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState, parseDatabaseUrl } from '../state/index.js';
import type { State, StateLocation } from '../state/index.js';
import { storeAssessment } from '../state/repositories/store-assessment.js';
import { columnsOf } from '../state/transfer/columns.js';
import type { Assessment } from '../assessments/index.js';
import { assessmentWith, table } from '../test/support/assessment-builder.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { median, print } from './measure.js';

// Storing 100,000 tables against COPY of the very same rows into the same schema with the same indexes. Each with fsync.
const tableCount = 100_000;
const rounds = 3;
const copied = ['assessments', 'databases', 'table_schemas', 'tables'] as const;

const assessment = lake();
const folder = mkdtempSync(join(tmpdir(), 'a2o-bench-'));
try {
  await compareOnServer();
  await compareEmbedded();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compareOnServer(): Promise<void> {
  const server = await startPostgres(['shared_buffers=256MB']);
  try {
    const times = { store: [] as number[], copy: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      // Fresh databases, so that neither finds pages or statistics that the other lacks.
      await server.query('postgres', `CREATE DATABASE stored_${round}`);
      await server.query('postgres', `CREATE DATABASE copied_${round}`);
      await (await open(server.url(`copied_${round}`))).close();
      const state = await open(server.url(`stored_${round}`));
      times.store.push(await secondsOf(() => storeAssessment(state, assessment)));
      const columns = await columnLists(state);
      await state.close();
      psql(
        server.url(`stored_${round}`),
        copied.map((name) => `\\copy ${name} (${columns[name]}) to '${fileOf(name)}'`),
      );
      const copy = copied.map((name) => `\\copy ${name} (${columns[name]}) from '${fileOf(name)}'`);
      times.copy.push(
        await secondsOf(() => {
          psql(server.url(`copied_${round}`), copy);
          return Promise.resolve();
        }),
      );
      process.stderr.write(
        `round ${round + 1}: ${times.store.at(-1)?.toFixed(1)} s, copy ${times.copy.at(-1)?.toFixed(1)} s\n`,
      );
    }
    report('PostgreSQL', '\\copy of psql', times);
  } finally {
    await server.stop();
  }
}

/** Reads the files that the server wrote. */
async function compareEmbedded(): Promise<void> {
  const times = { store: [] as number[], copy: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const [stored, target] = [join(folder, `stored-${round}`), join(folder, `copied-${round}`)];
    const state = await open({ engine: 'embedded', folder: stored });
    times.store.push(await secondsOf(() => storeAssessment(state, assessment)));
    const columns = await columnLists(state);
    await state.close();
    await (await open({ engine: 'embedded', folder: target })).close();
    const pglite = await PGlite.create(target);
    times.copy.push(
      await secondsOf(() =>
        pglite.transaction(async (transaction) => {
          for (const name of copied) {
            const blob = new Blob([readFileSync(fileOf(name))]);
            await transaction.query(`COPY ${name} (${columns[name]}) FROM '/dev/blob'`, [], { blob });
          }
        }),
      ),
    );
    await pglite.close();
    for (const done of [stored, target]) rmSync(done, { recursive: true });
  }
  report('embedded', "PGlite's COPY", times);
}

function report(engine: string, baseline: string, { store, copy }: Record<'store' | 'copy', readonly number[]>): void {
  const rate = (seconds: number): string => Math.round(tableCount / seconds).toLocaleString('en');
  process.stderr.write(
    `${engine}: ${store.map(rate).join(', ')} tables a second; ${baseline}: ${copy.map(rate).join(', ')}\n`,
  );
  print({
    name: `state: store 100,000 tables, ${engine}`,
    measure: `seconds; baseline: ${baseline} of the same rows`,
    value: median(store),
    baseline: median(copy),
    bound: 3,
  });
}

async function columnLists(state: State): Promise<Record<string, string>> {
  const lists = copied.map(async (name) => [
    name,
    (await columnsOf(state.db, name)).map((column) => column.name).join(', '),
  ]);
  return Object.fromEntries(await Promise.all(lists)) as Record<string, string>;
}

function psql(url: string, commands: readonly string[]): void {
  const run = spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '--single-transaction', '-d', url], {
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`psql failed: ${run.stderr}`);
}

function fileOf(name: string): string {
  return join(folder, `${name}.copy`);
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function open(place: string | StateLocation): Promise<State> {
  const location = typeof place === 'string' ? parseDatabaseUrl(place) : ({ ok: true, value: place } as const);
  if (!location.ok) throw new Error('not a database URL');
  const state = await openState(location.value, { access: 'write', purpose: 'bench' });
  if (!state.ok) throw new Error('the store does not open');
  return state.value;
}

function lake(): Assessment {
  const formats = ['PARQUET', 'ICEBERG', 'ORC', 'CSV', 'JSON'] as const;
  return assessmentWith(
    Array.from({ length: tableCount }, (_, index) =>
      table(`database_${index % 500}.table_${index}`, {
        format: formats[index % formats.length] ?? 'PARQUET',
        columns: Array.from({ length: 12 }, (_unused, column) => ({
          name: `column_${column}_${index % 2000}`,
          type: column % 4 === 0 ? 'struct<a:int,b:array<string>>' : 'decimal(18,2)',
        })),
        partitionKeys: [{ name: 'day', type: 'date' }],
        size: { value: index * 1e6, source: 'table-parameters', confidence: 'high' },
        lastUpdated: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
        notes: ['Served as it is by the Hive Metastore.'],
      }),
    ),
  );
}
