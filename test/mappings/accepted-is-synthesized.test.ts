import { expect, test } from '@jest/globals';
import { App } from 'cdktf';
import fc from 'fast-check';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedRules } from '../../constructs/common/index.js';
import { resolve } from '../../mappings/resolve/resolve.js';
import { checkTargetInPlan } from '../../mappings/target-in-plan.js';
import { layOutLakehouse } from '../../stacks/lay-out-lakehouse.js';
import { assessmentWith, database, table } from '../support/assessment-builder.js';
import { header, load } from '../support/templates.js';

const assessment = assessmentWith([table('sales.orders'), table('sales.lines')], [database('sales')]);

/** Values at and beyond the limits of each setting. */
const target = fc.record(
  {
    name: fc.constantFrom('a', 'lake', 'x'.repeat(32), 'a-b', 'a--b'),
    topology: fc.constantFrom('small', 'standard', 'ha'),
    zones: fc.constantFrom([], ['a'], ['a', 'a'], ['a', 'b', 'c'], Array.from('abcdefghijklmnop')),
    databasePrimary: fc.constantFrom(1, 3),
    network: fc.record(
      {
        external: fc.constantFrom(null, 'public'),
        cidr: fc
          .tuple(
            fc.constantFrom('10.0.0.0', '192.168.0.0', '127.0.0.0', '169.254.0.0', '224.0.0.0', '0.0.0.0'),
            fc.nat(32),
          )
          .map(([address, prefix]) => `${address}/${prefix}`),
        allowFrom: fc.constantFrom([], ['0.0.0.0/0'], ['127.0.0.0/8'], ['198.51.100.0/24']),
        monitorFrom: fc.constantFrom([], ['192.0.2.0/24'], ['0.0.0.0/0']),
        dnsServers: fc.constantFrom([], ['9.9.9.9'], ['999.1.1.1'], ['::1'], [':']),
      },
      { requiredKeys: [] },
    ),
    objectStore: fc.record(
      {
        type: fc.constantFrom('swift', 'ceph-rgw'),
        endpoint: fc.constantFrom(
          'https://a.example',
          'http://a.example:8080',
          'https://a.example:99999',
          'https://:1',
          'https://[',
        ),
      },
      { requiredKeys: [] },
    ),
    sizing: fc.record(
      {
        trinoWorkers: fc.constantFrom('auto', 1, 95, 96, 97, 1000),
        batchWorkers: fc.constantFrom('auto', 1, 96, 1000),
        runners: fc.constantFrom('auto', 1, 15, 16, 17, 100),
        dataVolumeGb: fc.constantFrom('auto', 10, 65_536),
        machine: fc.constantFrom(
          { vcpus: 1, memoryGb: 8 },
          { vcpus: 0.5, memoryGb: 8.5 },
          { vcpus: 4096, memoryGb: 65_536 },
        ),
        load: fc.constantFrom({ peakCpus: 100_000 }, { queryMemoryGb: 1_000_000 }, { peakCpus: 0.1 }),
      },
      { requiredKeys: [] },
    ),
    catalogs: fc.constantFrom(
      { hive: null },
      { iceberg: null },
      { other: { type: 'iceberg-rest', server: 'polaris', warehouse: 'other' } },
      { ['c'.repeat(63)]: { type: 'iceberg-rest', server: 'lakekeeper', warehouse: 'w'.repeat(63) } },
    ),
    versions: fc.record({ trino: fc.constantFrom('476', '483'), hiveMetastore: fc.constantFrom('3.1.3', '4.0.1') }),
  },
  { requiredKeys: [] },
);

const sections = ['name', 'topology', 'zones', 'network', 'objectStore', 'sizing', 'catalogs', 'versions'];

test('what check and plan accept, synth lays out', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'a2o-accepted-'));
  let accepted = 0;
  fc.assert(
    fc.property(target, fc.shuffledSubarray(sections, { maxLength: 2 }), (all, some) => {
      // With few settings at their limits, many are accepted.
      const given = Object.fromEntries(Object.entries(all).filter(([key]) => some.includes(key)));
      const template = load(`${header}extends: default\ntarget: ${JSON.stringify(given)}\n`);
      if (!template.ok) {
        expect(template.error.map(({ at }) => at?.line)).not.toContain(undefined);
        return;
      }
      const plan = resolve(assessment, template.value);
      if (checkTargetInPlan(plan, () => undefined).some(({ severity }) => severity === 'error')) return;
      accepted += 1;
      const app = new App({ outdir });
      layOutLakehouse(app, plan);
      expect(failedRules(app)).toEqual([]);
    }),
    { numRuns: 40 },
  );
  expect(accepted).toBeGreaterThan(3);
});
