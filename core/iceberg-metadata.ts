import { parseS3Location } from './s3-location.js';

/**
 * The name of the metadata file in `<location>/metadata/`, where Trino looks for it; `undefined` when it is elsewhere.
 * Source: Trino 476, Iceberg connector, RegisterTableProcedure.
 */
export function metadataFileName(metadataLocation: string, location: string | null): string | undefined {
  const [file, table] = [parseS3Location(metadataLocation), parseS3Location(location)];
  if (file === undefined || file.bucket !== table?.bucket) return undefined;
  const folder = table.key.replace(/\/+$/, '');
  const prefix = `${folder}${folder === '' ? '' : '/'}metadata/`;
  const name = file.key.slice(prefix.length);
  return file.key.startsWith(prefix) && name !== '' && !name.includes('/') ? name : undefined;
}

/** Trino 476's Iceberg connector reads format versions 1 and 2. Source: Trino documentation, Iceberg connector, `format_version`. */
const newestFormatVersion = 2;

/** Why Trino cannot read an Iceberg table of this format version, as a clause; `null` when it can or the version is unknown. */
export function formatVersionRefusal(version: number | undefined): string | null {
  if (version === undefined || version <= newestFormatVersion) return null;
  return `it has the Iceberg format version ${version} (deletion vectors, row lineage, encryption), and Trino reads up to version ${newestFormatVersion}; rewrite it as version ${newestFormatVersion} at the source`;
}
