import { parseS3Location, withoutEndSlashes } from './s3-location.js';

/**
 * Where an Iceberg table lies. Its metadata file says so; the catalog's `location` is a copy that may be missing (Trino
 * writes none) or name the metadata file or its folder instead: then it is the parent of the folder `metadata`.
 * `undefined` when neither says it.
 */
export function icebergTableLocation(metadataLocation: string, location: string | null): string | undefined {
  const given = withoutEndSlashes((location ?? '').trim());
  const parent = aboveMetadata(metadataLocation.trim());
  const isInside = [metadataLocation.trim(), `${parent ?? ''}/metadata`].some((uri) => isSamePlace(uri, given));
  return location === null || given === '' || isInside ? parent : location.trim();
}

/**
 * The name of the metadata file in `<location>/metadata/`, where Trino looks for it; `undefined` when it is elsewhere.
 * Schemes do not matter. Source: Trino 476, Iceberg connector, RegisterTableProcedure.
 */
export function metadataFileName(metadataLocation: string, location: string | null): string | undefined {
  const place = icebergTableLocation(metadataLocation, location) ?? null;
  const [file, table] = [parseS3Location(metadataLocation), parseS3Location(place)];
  if (file === undefined || file.bucket !== table?.bucket) return undefined;
  const folder = withoutEndSlashes(table.key);
  const prefix = `${folder}${folder === '' ? '' : '/'}metadata/`;
  const name = file.key.slice(prefix.length);
  return file.key.startsWith(prefix) && name !== '' && !name.includes('/') ? name : undefined;
}

/** Why Trino cannot register an Iceberg table from this file in its metadata folder, as a clause; `null` when it can. */
export function metadataNameRefusal(metadataLocation: string, name: string): string | null {
  return name.includes('.metadata.json')
    ? null
    : `its metadata file ${metadataLocation} is not called …metadata.json, without which Trino refuses it`;
}

/** Why Trino cannot read an encrypted Iceberg table, as a clause; `null` for one that is not. */
export function encryptionRefusal(properties: Readonly<Record<string, string>>): string | null {
  const key = properties['encryption.key-id'];
  return key === undefined
    ? null
    : `its files are encrypted with the key ${key} (encryption.key-id), which Trino's Iceberg connector cannot decrypt`;
}

/** Where an Iceberg table's properties send new files. Source: Iceberg, TableProperties. */
const writePaths = [
  'write.data.path',
  'write.folder-storage.path',
  'write.metadata.path',
  'write.object-storage.path',
] as const;

/** The folders of new files that are not in the table's own folder, `place`. */
export function foreignWritePaths(
  properties: Readonly<Record<string, string>>,
  place: string | null | undefined,
): readonly string[] {
  const folder = typeof place === 'string' ? `${withoutEndSlashes(place)}/` : undefined;
  return writePaths.flatMap((name) => {
    const path = properties[name];
    return path === undefined || path === '' || (folder !== undefined && path.startsWith(folder)) ? [] : [path];
  });
}

/** Seen with Trino 476: it reads version 3, and calls the metadata file of version 4 invalid. */
const newestFormatVersion = 3;

/** Why Trino cannot read an Iceberg table of this format version, as a clause; `null` when it can or the version is unknown. */
export function formatVersionRefusal(version: number | undefined): string | null {
  if (version === undefined || version <= newestFormatVersion) return null;
  return `it has the Iceberg format version ${version}, and Trino reads versions up to ${newestFormatVersion}; rewrite it as version 2 at the source`;
}

function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [parseS3Location(a), parseS3Location(b)];
  return one !== undefined && one.bucket === other?.bucket && one.key === withoutEndSlashes(other.key);
}

/** `s3://lake/t` of `s3://lake/t/metadata/00001-a.metadata.json`. */
function aboveMetadata(file: string): string | undefined {
  const [slash, folder] = [file.lastIndexOf('/'), '/metadata'];
  if (slash === file.length - 1 || !file.slice(0, slash).endsWith(folder)) return undefined;
  const parent = withoutEndSlashes(file.slice(0, slash - folder.length));
  return parent === '' ? undefined : parent;
}
