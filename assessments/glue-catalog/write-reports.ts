import { compareText } from '../../core/canonical-json.js';
import type { AssessedTable, Assessment, Finding } from '../assessment.js';
import { parseCatalogId } from '../classification/catalog-id.js';
import { completeCatalog, sortFindings } from '../classification/complete-catalog.js';
import { hasGluePartitions } from '../classification/draft-table.js';
import { PartitionTally } from '../classification/partitions.js';
import { withObstacle } from '../classification/readiness.js';
import { contentSha256, reportLines } from '../report-file/layout.js';
import { StagedFiles } from '../../core/staged-files.js';
import { summarize } from '../report-file/summarize.js';
import { renderMarkdown } from '../report-markdown/render-markdown.js';
import type { CollectionCheckpoint } from './checkpoint.js';
import type { CollectedCatalog } from './collected-catalog.js';
import { fileNames } from './file-names.js';
import { sortedPartitions } from './sorted-partitions.js';
import type { TableSizes } from './table-sizes.js';

export interface ReportInput {
  readonly folder: string;
  /** Where the files lie until all are complete. */
  readonly staging: string;
  readonly catalog: CollectedCatalog;
  readonly checkpoint: CollectionCheckpoint;
  /** `null` for the account's default catalog. */
  readonly catalogId: string | null;
  /** The text of the filter, `null` for all databases. */
  readonly filter: string | null;
  readonly selects: (database: string) => boolean;
  readonly findings: readonly Finding[];
  /** `null` where nothing was listed. */
  readonly sizes: TableSizes | null;
  readonly region: string;
  readonly toolVersion: string;
}

/** Sorts, completes and writes the three files: all of them or none. Throws the system's errors. */
export async function writeReports(input: ReportInput): Promise<Assessment> {
  const files = StagedFiles.open(input.folder, input.staging);
  try {
    const tables: AssessedTable[] = [];
    const sha256 = await files.write(fileNames.partitions, partitionLines(input, tables), {
      gzip: true,
    });
    const assessment = assemble(input, tables, sha256);
    await files.write(fileNames.markdown, [renderMarkdown(assessment)], { gzip: false });
    await files.write(fileNames.report, reportLines(assessment), { gzip: false });
    files.publish();
    return assessment;
  } finally {
    files.discard();
  }
}

/** The partition file's lines; also completes every table from its partitions. */
async function* partitionLines(
  { checkpoint, catalog, sizes }: ReportInput,
  completed: AssessedTable[],
): AsyncGenerator<string> {
  const complete = (table: AssessedTable): void => {
    completed.push(sizes === null ? table : sizes.complete(table));
  };
  for (const table of tablesInOrder(catalog)) {
    if (!hasGluePartitions(table)) {
      complete(table);
      continue;
    }
    if (catalog.progress(['partitions', table.database, table.name]) !== null) {
      const unread = { ...table, partitions: { ...table.partitions, count: null } };
      complete(withObstacle(unread, 'its partitions could not be read; the findings say why'));
      continue;
    }
    const tally = new PartitionTally(table);
    for await (const { text, detail } of sortedPartitions(checkpoint, catalog.pagesOf(table.database, table.name))) {
      tally.add(detail);
      yield `${text}\n`;
    }
    complete(tally.complete());
  }
}

function assemble(
  { catalog, catalogId, filter, selects, findings, sizes, checkpoint, region, toolVersion }: ReportInput,
  tables: readonly AssessedTable[],
  sha256: string,
): Assessment {
  const listed = new Map([...catalog.tables].filter(([database]) => catalog.progress(['tables', database]) === null));
  const databases = [...catalog.databases.values()]
    .filter(({ name }) => selects(name))
    .sort((a, b) => compareText(a.name, b.name))
    // A link has no tables; those of its target are counted there.
    .map((database) => ({
      ...database,
      tableCount: database.link === null ? (listed.get(database.name)?.size ?? null) : 0,
      tags: catalog.tags.get(database.name) ?? null,
    }));
  const completed = completeCatalog(
    {
      accountId: catalog.accountId,
      region,
      catalogPath: parseCatalogId(catalogId).path,
      databases: catalog.databases,
      tables: listed,
    },
    { databases, tables },
  );
  const content = {
    ...(filter === null
      ? {}
      : { filter: { databases: filter, databasesLeftOut: catalog.databases.size - databases.length } }),
    ...completed,
    findings: sortFindings([...findings, ...(sizes?.findings ?? []), ...completed.findings]),
  };
  const summary = summarize(content);
  const assessment: Assessment = {
    schemaVersion: '1.2',
    kind: 'GlueCatalogAssessment',
    toolVersion,
    assessedAt: checkpoint.startedAt,
    source: { service: 'glue', region, accountId: catalog.accountId, ...(catalogId === null ? {} : { catalogId }) },
    ...(sizes !== null && { listed: sizes.listed }),
    summary,
    partitionFile: { name: fileNames.partitions, sha256, partitions: summary.partitions },
    ...content,
  };
  return { ...assessment, contentSha256: contentSha256(assessment) };
}

function tablesInOrder(catalog: CollectedCatalog): readonly AssessedTable[] {
  return [...catalog.tables.values()]
    .flatMap((siblings) => [...siblings.values()])
    .sort((a, b) => compareText(a.database, b.database) || compareText(a.name, b.name));
}
