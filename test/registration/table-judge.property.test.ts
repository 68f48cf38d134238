import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolve } from '../../mappings/index.js';
import type { AssessedTable } from '../../assessments/index.js';
import type { Plan } from '../../mappings/index.js';
import type { Action, Condition, MappingRule } from '../../mappings/template.js';
import { makeManifest, registrationTargetOf, renderManifest, tableJudge } from '../../registration/index.js';
import type { AcceptedTable, RegisteredTable, WantedTable } from '../../registration/registered-table.js';
import { readManifest } from '../../registration/read-manifest.js';
import { assessmentWith } from '../support/assessment-builder.js';
import { templateWith } from '../support/templates.js';
import { wildTables } from '../support/wild-tables.js';

const cases = fc.record({
  tables: wildTables,
  hiveMetastore: fc.constantFrom('3.1.3', '4.0.1'),
  hasHive: fc.boolean(),
  renames: fc.boolean(),
  asIdentifier: fc.boolean(),
  to: fc.constantFrom('hive', 'lake'),
  convert: fc.boolean(),
  inPlace: fc.boolean(),
});

interface Drawn {
  readonly tables: readonly AssessedTable[];
  readonly hiveMetastore: string;
  readonly hasHive: boolean;
  readonly renames: boolean;
  readonly asIdentifier: boolean;
  readonly to: 'hive' | 'lake';
  readonly convert: boolean;
  readonly inPlace: boolean;
}

const base = templateWith('  []');

/** Everything goes to one catalog, so only the target decides what comes of it. The bucket `other` stays behind. */
function planOf(drawn: Drawn): Plan {
  const { hasHive, renames, asIdentifier, hiveMetastore } = drawn;
  const catalog = catalogOf(drawn);
  const rule = (name: string, when: Condition, action: Action): MappingRule => ({
    name,
    when,
    action,
    origin: { template: 'acme', file: 'acme.yaml', line: 1 },
  });
  return resolve(assessmentWith(drawn.tables), {
    ...base,
    target: {
      ...base.target,
      objectStore: { ...base.target.objectStore, preserveBucketNames: !renames },
      versions: { ...base.target.versions, hiveMetastore },
      catalogs: {
        lake: { type: 'iceberg-rest', server: 'polaris', warehouse: 'lake-warehouse' },
        ...(hasHive && { hive: { type: 'hive-metastore' } as const }),
      },
    },
    rules: [
      rule('left', { kind: ['bucket'], bucket: ['other'] }, { type: 'skip', reason: 'stays behind' }),
      rule('buckets', { kind: ['bucket'] }, { type: 'map', to: { bucket: renames ? 'new-${bucket}' : '${bucket}' } }),
      rule('databases', { kind: ['database'] }, { type: 'map', to: { catalog } }),
      rule(
        'tables',
        { kind: ['table'] },
        {
          type: 'map',
          to: {
            catalog,
            table: asIdentifier ? '${table.identifier}' : '${table}',
            ...(drawn.convert && { convert: { format: 'iceberg', inPlace: drawn.inPlace } as const }),
          },
        },
      ),
    ],
  });
}

function catalogOf({ to, hasHive }: Drawn): 'hive' | 'lake' {
  return hasHive ? to : 'lake';
}

/** What the rules ask for, by another way than theirs. */
function wantedOf(source: AssessedTable, drawn: Drawn): WantedTable {
  const { name, database } = source;
  return {
    source,
    catalog: catalogOf(drawn),
    schema: database,
    table: (drawn.asIdentifier ? name.replace(/[^A-Za-z0-9_]/g, '_') : name).toLowerCase(),
    convert: drawn.convert,
    inPlace: drawn.inPlace,
  };
}

/** Each table with the reason why it is blocked; `undefined` for what is mapped. */
function outcomes({ tables }: Drawn, plan: Plan): { source: AssessedTable; key: string; reason: string | undefined }[] {
  const quoted = (name: string): string => (/[."]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const reasons = new Map<string, string>(plan.blocked.map(({ key, reason }) => [key, reason]));
  return tables.map((source) => {
    const key = `table:${quoted(source.database)}.${quoted(source.name)}`;
    return { source, key, reason: reasons.get(key) };
  });
}

const runs = { numRuns: 300 };

test('what the Plan maps has statements in the manifest, which is read as it was made', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const plan = planOf(drawn);
      const manifest = makeManifest(plan);
      const entries = [...manifest.catalogs.values()].flat();
      const mapped = [...plan.databases, ...plan.tables].map(({ key }) => key);
      const made = entries.map(({ key }) => key).filter((key) => !key.startsWith('schema:'));
      expect(made.sort()).toEqual(mapped.sort());
      for (const { statements } of entries) expect(statements.length).toBeGreaterThan(0);
      expect(readManifest(renderManifest(manifest))).toEqual({ ok: true, value: manifest });
    }),
    runs,
  );
});

test('what the judge refuses the Plan blocks with that reason, and what the judge accepts is mapped', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const plan = planOf(drawn);
      const judge = tableJudge(registrationTargetOf(plan));
      for (const { source, key, reason } of outcomes(drawn, plan)) {
        const judged = judge(wantedOf(source, drawn));
        if (!judged.ok) {
          expect(reason).toBe(judged.error);
        } else if (reason === undefined) {
          expect(plan.tables.find((table) => table.key === key)).toMatchObject(withoutRead(judged.value));
        } else {
          // Two that would be one, and views of what is not there or lacks something: only the Plan as a whole can know.
          expect(reason).toMatch(
            /^it(s column .* iceberg-rest catalog| would become the same table| reads .*which (is|becomes|cannot be) | has two columns )/s,
          );
        }
      }
    }),
    runs,
  );
});

/** What was read holds functions, which are equal to themselves only; the Plan knows more to say about views. */
function withoutRead({ read: { kind }, remarks, ...table }: AcceptedTable): object {
  return { ...table, read: { kind }, remarks: expect.arrayContaining([...remarks]) };
}

test('of what the Plan blocks for the sake of the target nothing can be put into the manifest', () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const plan = planOf(drawn);
      const judge = tableJudge(registrationTargetOf(plan));
      for (const { source, key, reason } of outcomes(drawn, plan)) {
        if (reason === undefined || reason.startsWith('it would become')) continue;
        // What the judge refuses has nothing that statements could be made from: only the judge reads a table.
        const judged = judge(wantedOf(source, drawn));
        if (!judged.ok) continue;
        const smuggled: RegisteredTable = { ...judged.value, key, rule: { name: 'smuggled', template: 'none' } };
        expect(() => makeManifest({ ...plan, tables: [...plan.tables, smuggled] })).toThrow(
          'which the target cannot hold',
        );
      }
    }),
    runs,
  );
});

test('the generated tables meet both ends: many are mapped, and most refusals are met', () => {
  const sample = fc.sample(cases, { numRuns: 500, seed: 13 }).map(planOf);
  const reasons = new Set(
    sample.flatMap(({ blocked }) => blocked.map(({ reason }) => reason.replace(/'[^']*'/g, '…'))),
  );
  expect(sample.reduce((sum, { tables }) => sum + tables.length, 0)).toBeGreaterThan(200);
  const methods = new Set(sample.flatMap(({ tables }) => tables.map(({ method }) => method)));
  expect([...methods].sort()).toEqual([
    'alias',
    'convert',
    'convert-in-place',
    'external',
    'register',
    'register-rewritten',
    'view',
  ]);
  expect(reasons.size).toBeGreaterThan(30);
});
