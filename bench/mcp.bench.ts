import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { join } from 'node:path';
import { questions } from '../monitoring/questions/index.js';
import { openState, parseDatabaseUrl } from '../state/index.js';
import { shownId } from '../state/repositories/ids.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { print } from './measure.js';
import { lakes, loadLakes } from './state-lakes.js';
import { storePlan } from './lake-plan.js';
import { machineId, storeWaves } from './lake-waves.js';

// Every tool of `aws2openstack mcp`, asked by the official client over stdio about 20 assessments of 100,000 tables: 95 of
// 100 answers in under 100 ms. An argument names a database that is filled already.
const runs = 40;
const boundMs = 100;

const command = join(import.meta.dirname, '..', 'cli', 'aws2openstack.mjs');

const [filled] = process.argv.slice(2);
if (filled === undefined) {
  const server = await startPostgres(['shared_buffers=256MB']);
  try {
    await server.query('postgres', 'CREATE DATABASE lakes');
    const migrated = await open(server.url('lakes'), 'write');
    await migrated.close();
    await loadLakes(server, 'lakes');
    await measureAll(server.url('lakes'));
  } finally {
    await server.stop();
  }
} else await measureAll(filled);

async function open(url: string, access: 'read' | 'write') {
  const location = parseDatabaseUrl(url);
  if (!location.ok) throw new Error('not a database URL');
  const state = await openState(location.value, { access, purpose: 'bench' });
  if (!state.ok) throw new Error('the store does not open');
  return state.value;
}

/** The n-th input of each tool. */
type Inputs = Readonly<Record<string, (n: number) => Record<string, unknown>>>;

async function measureAll(url: string): Promise<void> {
  const inputs = await inputsFor(url);
  const start = performance.now();
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [command, 'mcp'], env: { DATABASE_URL: url } }),
  );
  await client.listTools();
  process.stderr.write(`the tools are listed ${Math.round(performance.now() - start)} ms after the start\n`);
  try {
    for (const { name } of questions) {
      const times: number[] = [];
      for (let n = -2; n < runs; n += 1) {
        const began = performance.now();
        const { isError, content } = await client.callTool({ name, arguments: inputs[name]?.(Math.max(n, 0)) ?? {} });
        if (isError === true) throw new Error(`${name}: ${JSON.stringify(content)}`);
        if (n >= 0) times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      const p50 = times[Math.floor(runs * 0.5)] ?? NaN;
      const p95 = times[Math.ceil(runs * 0.95) - 1] ?? NaN;
      process.stderr.write(`p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`.padEnd(32) + `${name}\n`);
      print({
        name: `mcp: ${name}`,
        measure: `p95 of ${runs} calls in ms (p50 ${p50.toFixed(1)}); baseline: ${boundMs} ms`,
        value: p95,
        baseline: boundMs,
        bound: 1,
      });
    }
  } finally {
    await client.close();
  }
}

async function inputsFor(url: string): Promise<Inputs> {
  const state = await open(url, 'write');
  try {
    const assessments = await state.db
      .selectFrom('assessments')
      .select('id')
      .orderBy('timestamp', 'desc')
      .limit(2)
      .execute();
    const [newest = '', before = ''] = assessments.map(({ id }) => id);
    await storePlan(state, newest);
    await storeWaves(state);
    const tables = await state.db
      .selectFrom('tables')
      .select(['database_name', 'table_name'])
      .where('assessment_id', '=', newest)
      .orderBy('id')
      .limit(runs)
      .execute();
    const table = (n: number): string => {
      const one = tables[n % tables.length];
      return `${one?.database_name ?? ''}.${one?.table_name ?? ''}`;
    };
    const part = (n: number): string => table(n).split('_').at(-2)?.slice(2, 7) ?? '';
    const sorts = ['name', 'size', 'format', 'readiness', 'updated', 'partitions', 'columns'];
    const any = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;
    return {
      get_latest_assessment: () => ({ region: 'eu-central-1', account_id: '123456789012' }),
      compare_assessments: () => ({ assessment_id_1: shownId(before, 12), assessment_id_2: shownId(newest, 12) }),
      list_databases: (n) => ({ sort: any(['name', 'tables', 'size'], n) }),
      get_database_summary: (n) => ({ database_name: `database_${(n * 37) % lakes.databases}` }),
      list_tables: (n) => ({
        sort: any(sorts, n),
        direction: any(['asc', 'desc'], n),
        ...(n % 3 === 0 && { formats: ['CSV', 'ORC'] }),
        ...(n % 4 === 0 && { search: `*${part(n)}*` }),
      }),
      search_tables: (n) => ({ pattern: `*${part(n)}*` }),
      query_tables_by_readiness: (n) => ({ status: any(['READY', 'NEEDS_CONVERSION', 'UNKNOWN'], n) }),
      get_table_story: (n) => ({ table_name: table(n) }),
      list_mappings: (n) => ({ outcome: any(['mapped', 'skipped', 'blocked'], n), kind: 'table' }),
      explain_mapping: (n) => ({ asset: table(n) }),
      get_table_statements: (n) => ({ table_name: table(n) }),
      get_engine_metrics: () => ({ engine: 'DATASYNC' }),
      list_migration_jobs: (n) => ({ status: any(['FAILED', 'RUNNING', 'COMPLETED'], n) }),
      get_migration_history: () => ({ days: 365 }),
      get_validation_status: () => ({ assessment_id: 'latest' }),
      query_failed_validations: () => ({ assessment_id: 'latest' }),
      explain_validation_failure: (n) => ({ table_name: table(n), all_checks: true }),
      get_data_drift_trend: (n) => ({ table_name: table(n), days: 366 }),
      list_waves: (n) => ({ sort: any(['name', 'machines', 'cut-over', 'attention', 'updated'], n) }),
      list_wave_machines: (n) => ({
        sort: any(['name', 'application', 'wave', 'since'], n),
        ...(n % 3 === 0 && { statuses: ['READY', 'CUT_OVER'] }),
        ...(n % 4 === 0 && { search: `*${n}*` }),
      }),
      get_wave_machine: (n) => ({ migration_id: machineId(n * 211) }),
      compare_table_statistics: (n) => ({ source_table: table(n), target_table: table(n + 1) }),
    };
  } finally {
    await state.close();
  }
}
