import type { Rule } from '../../common/rules.js';
import type { GlueTableProps } from './glue-table.js';

export const glueTableRules: readonly Rule<GlueTableProps>[] = [
  {
    code: 'iceberg-without-metadata',
    holds: ({ format, metadata }) => (format === 'iceberg') === (metadata !== undefined),
    message: ({ name, format }) =>
      `The table '${name}' has the format ${format}; \`metadata\` must be set for Iceberg tables, and only for them.`,
    fix: 'Set `metadata` to the path of the current metadata file below the location, or remove it for other formats.',
  },
  {
    code: 'partition-values-count',
    holds: ({ partitionKeys = [], partitions = [] }) =>
      partitions.every((values) => values.length === partitionKeys.length),
    message: ({ name, partitionKeys = [], partitions = [] }) =>
      `The table '${name}' has ${partitionKeys.length} partition keys, but its partitions have ${[...new Set(partitions.map(({ length }) => length))].join(', ')} values.`,
    fix: 'Give each entry of `partitions` one value per partition key.',
  },
];
