import type { Rule } from '../../common/rules.js';
import type { GlueTableProps } from './glue-table.js';

export const glueTableRules: readonly Rule<GlueTableProps>[] = [
  {
    code: 'iceberg-without-metadata',
    holds: ({ format, metadata }) => (format === 'iceberg') === (metadata !== undefined),
    message: ({ name, format }) =>
      `The table '${name}' has the format ${format}; an Iceberg table names its metadata, and no other does.`,
    fix: 'Set `metadata` to the path of the current metadata file below the location, or leave it out.',
  },
  {
    code: 'partition-values-count',
    holds: ({ partitionKeys = [], partitions = [] }) =>
      partitions.every((values) => values.length === partitionKeys.length),
    message: ({ name, partitionKeys = [], partitions = [] }) =>
      `The table '${name}' has ${partitionKeys.length} partition keys, and partitions of ${[...new Set(partitions.map(({ length }) => length))].join(', ')} values.`,
    fix: 'Give each partition one value a partition key.',
  },
];
