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
