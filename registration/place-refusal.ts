import { hasEmptyFolder } from '../core/hive-limits.js';
import { parseS3Location } from '../core/s3-location.js';

/** Why a location cannot hold a Hive table; `null` when it can. `hiveMetastore` is a version. */
export function placeRefusal(location: string, hiveMetastore: string): string | null {
  const key = parseS3Location(location)?.key ?? '';
  // Source: Hive 4.0, HMSHandler, 'location must not be root path'.
  if (key.replaceAll('/', '') === '' && Number.parseInt(hiveMetastore) >= 4) {
    return `its location is the root of a bucket, ${location}, which Hive Metastore ${hiveMetastore} refuses; move its files into a folder, or set target.versions.hiveMetastore: 3.1.3`;
  }
  return hasEmptyFolder(location)
    ? `its location '${location}' has an empty folder name ('//'), which Trino's Hive connector cannot open`
    : null;
}
