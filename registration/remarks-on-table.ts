import type { AssessedTable, Trait } from '../assessments/index.js';
import { remarksOnFiles } from './hive-table.js';
import { icebergRemarks } from './iceberg-table.js';
import { inPlaceRemark } from './in-place.js';
import { parameterRemarks } from './parameter-remarks.js';
import type { AcceptedTable } from './registered-table.js';
import type { Remark } from './remark.js';
import { remarksOnView } from './view-remarks.js';

/** Notes for people about a table that is accepted. */
export function remarksOn(table: Omit<AcceptedTable, 'remarks'>): readonly Remark[] {
  const { read, method, source } = table;
  return [
    ...renaming(table),
    ...traitRemarks(source),
    ...parameterRemarks(source),
    ...(read.kind === 'files' ? remarksOnFiles(read.files, table.table) : []),
    ...(read.kind === 'view' ? remarksOnView(source, read.text) : []),
    ...(read.kind === 'metadata' ? icebergRemarks(source) : []),
    ...(method === 'register-rewritten' ? [rewriting] : []),
    ...(method === 'convert-in-place' ? [inPlaceRemark] : []),
  ];
}

function renaming({ source, schema, table }: Omit<AcceptedTable, 'remarks'>): readonly Remark[] {
  const isRenamed = schema !== source.database.toLowerCase() || table !== source.name.toLowerCase();
  return isRenamed
    ? [{ text: `renamed from ${source.database}.${source.name}`, source: 'the mapping', fix: null }]
    : [];
}

const rewriting: Remark = {
  text: 'its files name the old bucket: register it once every path in its metadata is rewritten',
  source: 'parameter metadata_location',
  fix: null,
};

const remarkOfTrait: Partial<Record<Trait, Remark>> = {
  'foreign-partition-location': {
    text: 'partitions outside the table location are registered one by one',
    source: "partitions' StorageDescriptor.Location",
    fix: null,
  },
  'spark-source': {
    text: 'columns and location are those that Spark notes, since the descriptor in Glue is a placeholder',
    source: 'table parameter spark.sql.sources.schema',
    fix: null,
  },
  governed: { text: 'Lake Formation transactions end with the move', source: 'TableType GOVERNED', fix: null },
};

function traitRemarks({ traits, projection }: AssessedTable): readonly Remark[] {
  // What Glue lists beside a projection is not registered.
  const told = traits.filter((trait) => projection === null || trait !== 'foreign-partition-location');
  return told.flatMap((trait) => remarkOfTrait[trait] ?? []);
}
