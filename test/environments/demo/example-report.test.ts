import { expect, test } from '@jest/globals';
import { completeCatalog } from '../../../assessments/classification/complete-catalog.js';
import { draftTable } from '../../../assessments/classification/draft-table.js';
import { readAssessment } from '../../../assessments/index.js';
import type { AssessedTable } from '../../../assessments/index.js';
import { readDemoCatalog } from '../../../environments/demo/read-catalog.js';

/** What does not depend on partitions, links and the time, of tables whose partitions do not decide. */
function judged(tables: readonly AssessedTable[]): ReadonlyMap<string, unknown> {
  return new Map(
    tables
      .filter(({ traits }) => !traits.includes('mixed-partition-serde'))
      .map(({ database, name, format, formatEvidence, readiness, readinessSource, notes }) => [
        `${database}.${name}`,
        { format, formatEvidence, readiness, readinessSource, notes },
      ]),
  );
}

test('the report in examples/demo judges every table as the collector does today', async () => {
  const report = await readAssessment('examples/demo/glue-catalog-assessment.json');
  if (!report.ok) throw new Error(JSON.stringify(report.error));
  const drafts = readDemoCatalog().tables.map(({ databaseName, input }) =>
    draftTable(databaseName, { ...input, Name: input.Name ?? '' }),
  );
  const byDatabase = Map.groupBy(drafts, ({ database }) => database);
  const names = {
    accountId: null,
    databases: new Map(),
    tables: new Map([...byDatabase].map(([database, own]) => [database, new Map(own.map((one) => [one.name, one]))])),
  };
  const { tables } = completeCatalog(names, { databases: report.value.databases, tables: drafts });
  const today = judged(tables);
  for (const [name, judgement] of judged(report.value.tables))
    expect([name, judgement]).toEqual([name, today.get(name)]);
  expect(report.value.tables).toHaveLength(tables.length);
});
