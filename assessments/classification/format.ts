import type { Table } from '@aws-sdk/client-glue';
import type { SerDe, TableFormat } from '../assessment.js';
import { textMap } from './parameters.js';
import { formatOfOtherSource } from './other-sources.js';
import { formatOfSerDe } from './serde-format.js';
import type { FormatVerdict } from './serde-format.js';
import type { SparkSource } from './spark-source.js';
import { viewDialect } from './view.js';

/** Decides a table's format. Formats that look like Hive tables (Iceberg, Delta, Hudi) are checked first. Pure and total. */
export function classifyFormat(table: Table, serde: SerDe | null, spark: SparkSource | undefined): FormatVerdict {
  if (table.TargetTable !== undefined) return verdict('RESOURCE_LINK', 'TargetTable');
  const parameters = textMap(table.Parameters);
  return (
    icebergByType(parameters) ??
    asView(table) ??
    formatOfOtherSource(parameters, table, serde) ??
    delta(parameters, table, serde) ??
    hudi(parameters, table, serde) ??
    icebergByMetadata(parameters, serde) ??
    fromSpark(spark) ??
    otherStorage(parameters) ??
    fromDescriptor(parameters, table, serde)
  );
}

type Parameters = Readonly<Record<string, string>>;

function icebergByType(parameters: Parameters): FormatVerdict | undefined {
  const type = parameters['table_type'];
  if (type?.trim().toLowerCase() !== 'iceberg') return undefined;
  return verdict('ICEBERG', `parameter table_type=${type}`);
}

function asView(table: Table): FormatVerdict | undefined {
  const dialect = viewDialect(table);
  return dialect === undefined ? undefined : { ...verdict('VIEW', dialect.evidence), traits: [`${dialect.name}-view`] };
}

function delta(parameters: Parameters, table: Table, serde: SerDe | null): FormatVerdict | undefined {
  const sign = parameterSign(parameters, 'delta');
  if (sign !== undefined) return verdict('DELTA', sign);
  const classes = [serde?.library, serde?.inputFormat, parameters['storage_handler']];
  const hiveClass = classes.find((name) => /^io\.delta\./i.test(name ?? ''));
  if (hiveClass !== undefined) return verdict('DELTA', `class ${String(hiveClass)}`);
  const location = table.StorageDescriptor?.Location ?? '';
  if (/\/(_delta_log|_symlink_format_manifest)(\/|$)/.test(location)) {
    const manifest = location.includes('_symlink_format_manifest');
    return verdict(
      'DELTA',
      `location ${location}`,
      manifest ? ['Read through a symlink manifest, which lists the files of one version.'] : [],
    );
  }
  const property = Object.keys(parameters).find((key) =>
    /^delta\.(minReaderVersion|lastCommitTimestamp|lastUpdateVersion)$/.test(key),
  );
  return property === undefined ? undefined : verdict('DELTA', `parameter ${property}`);
}

function hudi(parameters: Parameters, table: Table, serde: SerDe | null): FormatVerdict | undefined {
  const sign = parameterSign(parameters, 'hudi');
  if (sign !== undefined) return verdict('HUDI', sign);
  if (/^(org\.apache\.hudi|com\.uber\.hoodie)\./i.test(serde?.inputFormat ?? ''))
    return verdict('HUDI', `input format ${String(serde?.inputFormat)}`);
  const property = Object.keys(parameters).find((key) => key.startsWith('hoodie.'));
  if (property !== undefined) return verdict('HUDI', `parameter ${property}`);
  const column = table.StorageDescriptor?.Columns?.find(({ Name }) => Name === '_hoodie_commit_time');
  return column === undefined ? undefined : verdict('HUDI', 'column _hoodie_commit_time');
}

/** Delta and Hudi tables may have Iceberg metadata in addition to their own, so they are checked first. */
function icebergByMetadata(parameters: Parameters, serde: SerDe | null): FormatVerdict | undefined {
  if (parameters['metadata_location'] !== undefined) {
    return verdict('ICEBERG', 'parameter metadata_location', [
      'table_type is not ICEBERG, though metadata_location is set.',
    ]);
  }
  if (parameters['spark.sql.sources.provider']?.toLowerCase() === 'iceberg')
    return verdict('ICEBERG', 'parameter spark.sql.sources.provider=iceberg');
  const handler = [parameters['storage_handler'], serde?.library].find(
    (name) => name?.startsWith('org.apache.iceberg.') === true,
  );
  return handler === undefined ? undefined : verdict('ICEBERG', `class ${String(handler)}`);
}

/** Columns and location are Spark's: see `sparkSourceOf`. */
function fromSpark(spark: SparkSource | undefined): FormatVerdict | undefined {
  if (spark === undefined) return undefined;
  const evidence = `parameter spark.sql.sources.provider=${spark.provider}`;
  if (spark.format === 'UNKNOWN') {
    return verdict('UNKNOWN', evidence, [`The Spark data source ${spark.provider} is not known.`]);
  }
  if (!spark.table.ok) return verdict('UNKNOWN', `${evidence} without a schema`, [spark.table.error]);
  return { ...verdict(spark.format, evidence), traits: ['spark-source'] };
}

function otherStorage(parameters: Parameters): FormatVerdict | undefined {
  const handler = parameters['storage_handler'];
  if (handler === undefined || handler.trim() === '') return undefined;
  return verdict('UNKNOWN', `storage handler ${handler}`, [
    `The storage handler ${handler} reads another system than files on S3; export its rows first.`,
  ]);
}

function fromDescriptor(parameters: Parameters, table: Table, serde: SerDe | null): FormatVerdict {
  if (serde === null)
    return {
      ...verdict('UNKNOWN', 'no storage descriptor'),
      notes: ['The table has no storage descriptor: the location and format of its data are not known.'],
    };
  return formatOfSerDe(serde, parameters['classification'] ?? table.StorageDescriptor?.Parameters?.['classification']);
}

function parameterSign(parameters: Parameters, name: 'delta' | 'hudi'): string | undefined {
  const key = ['spark.sql.sources.provider', 'table_type', 'classification'].find(
    (candidate) => parameters[candidate]?.trim().toLowerCase() === name,
  );
  return key === undefined ? undefined : `parameter ${key}=${String(parameters[key])}`;
}

function verdict(format: TableFormat, evidence: string, notes: readonly string[] = []): FormatVerdict {
  return { format, evidence, traits: [], notes };
}
