import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { storeTables } from '../../state/schema/store-tables.js';
import { declaredSchemas, liveSchema, schemaDifferences } from '../support/schema-types.js';
import type { SchemaFacts } from '../support/schema-types.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

/** Changes to the types that the comparison must notice, with the column that it must name. */
const mutations: readonly {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly names: string;
}[] = [
  { name: 'a column renamed', from: 'column_count: number', to: 'columns_count: number', names: 'tables.column_count' },
  { name: 'a column missing', from: '  region: string;\n', to: '', names: 'assessments.region' },
  {
    name: 'a table missing',
    from: '  migration_metrics: MigrationMetricsTable;\n',
    to: '',
    names: 'migration_metrics.id',
  },
  {
    name: 'NULL where there is none',
    from: 'storage_location: string | null',
    to: 'storage_location: string',
    names: 'tables.storage_location',
  },
  {
    name: 'no NULL where there is',
    from: 'phase: string',
    to: 'phase: string | null',
    names: 'migration_progress.phase',
  },
  { name: 'a type', from: 'complete: boolean', to: 'complete: string', names: 'assessments.complete' },
  {
    name: 'a default denied',
    from: 'rows_copied: Generated<number>',
    to: 'rows_copied: number',
    names: 'migration_jobs.rows_copied',
  },
  {
    name: 'a default made up',
    from: 'report_sha256: string',
    to: 'report_sha256: Generated<string>',
    names: 'assessments.report_sha256',
  },
  {
    name: 'a generated column that is written',
    from: 'estimated_size_gb: GeneratedAlways<number | null>',
    to: 'estimated_size_gb: number | null',
    names: 'tables.estimated_size_gb',
  },
  {
    name: 'a value of a union missing',
    from: 'table_format: TableFormat',
    to: "table_format: Exclude<TableFormat, 'HUDI'>",
    names: 'tables.table_format',
  },
  {
    name: 'a value of a union too many',
    from: "'failed' | 'warning';",
    to: "'failed' | 'warning' | 'odd';",
    names: 'validation_results.status',
  },
  { name: 'a union opened', from: 'job_type: JobType', to: 'job_type: string', names: 'migration_jobs.job_type' },
];

let declared: SchemaFacts;
let mutants: readonly SchemaFacts[];
beforeAll(() => {
  const [own, ...others] = declaredSchemas([
    (source) => source,
    ...mutations.map(({ from, to }) => (source: string) => {
      if (!source.includes(from)) throw new Error(`'${from}' is not in the types`);
      return source.replace(from, to);
    }),
  ]);
  if (own === undefined) throw new Error('no types');
  declared = own;
  mutants = others;
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let live: SchemaFacts;
  beforeAll(async () => {
    engine = await startEngine(name);
    const state = await opened(await engine.fresh());
    live = await liveSchema(state);
    await state.close();
  });
  afterAll(() => engine.stop());

  test('the types say what the database has', () => {
    expect(schemaDifferences(declared, live)).toEqual([]);
    expect(Object.keys(live).sort()).toEqual([...storeTables].sort());
    expect(Object.keys(declared).sort()).toEqual([...storeTables].sort());
  });

  test.each(mutations.map((mutation, index) => ({ ...mutation, index })))('$name is noticed', ({ index, names }) => {
    const differences = schemaDifferences(mutants[index] ?? {}, live);
    expect(differences.some((line) => line.startsWith(`${names}: `))).toBe(true);
  });
});
