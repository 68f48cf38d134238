import type { Table } from '@aws-sdk/client-glue';
import { parseS3Location } from '../../core/s3-location.js';
import type { AssessedTable } from '../assessment.js';
import { textMap, textOrNull } from './parameters.js';

type Iceberg = NonNullable<AssessedTable['iceberg']>;

/** Glue's copy of the table's own properties lies beside its parameters, which may have them too. */
export function icebergParameters({
  IcebergTableMetadata: metadata,
  Parameters,
}: Table): Readonly<Record<string, string>> {
  return textMap({ ...textMap(metadata?.Properties), ...textMap(Parameters) });
}

/** Glue's view of an Iceberg table's metadata. */
export function icebergOf(table: Table, parameters: Readonly<Record<string, string>>): Iceberg {
  const version = table.IcebergTableMetadata?.FormatVersion ?? parameters['format-version'] ?? '';
  return {
    metadataLocation: textOrNull(parameters['metadata_location']),
    ...(/^\d{1,3}$/.test(version) ? { formatVersion: Number(version) } : {}),
  };
}

/**
 * Where an Iceberg table lies: as Glue states it, or, where Glue states nothing or the metadata file itself, the folder
 * above the metadata file's. Trino's Iceberg connector writes tables without a storage descriptor (trinodb/trino#15934).
 */
export function icebergLocation(table: Table, { metadataLocation }: Iceberg, stated: string | null): string | null {
  if (stated !== null && !/\.metadata\.json$/i.test(stated)) return stated;
  const described = textOrNull(table.IcebergTableMetadata?.Location);
  return described ?? aboveMetadata(metadataLocation) ?? aboveMetadata(stated) ?? stated;
}

/** `s3://lake/t` of `s3://lake/t/metadata/00001-a.metadata.json`. */
function aboveMetadata(uri: string | null): string | null {
  const file = parseS3Location(uri);
  const folder = /^(.*?)\/?metadata\/[^/]+$/s.exec(file?.key ?? '')?.[1];
  return uri === null || file === undefined || folder === undefined
    ? null
    : uri.trim().slice(0, uri.trim().length - file.key.length) + folder;
}
