import { parseS3Location } from '../core/s3-location.js';
import type { RegistrationTarget } from './registration-target.js';

/**
 * Why the catalog's server does not register a table at this location of the target; `null` when it does.
 * Source: Lakekeeper 0.13, 'InvalidLocation': a warehouse is one bucket, a table lies below it. Polaris 1.7 registers in
 * all of `allowedLocations`, which are all mapped buckets.
 */
export function catalogServerRefusal(
  { catalogs }: Pick<RegistrationTarget, 'catalogs'>,
  name: string,
  location: string,
): string | null {
  const catalog = catalogs[name];
  if (catalog?.type !== 'iceberg-rest') return null;
  const s3 = parseS3Location(location);
  if (s3?.key.replaceAll('/', '') === '') {
    return `its location is the root of a bucket, ${location}; ${serverNames[catalog.server]} registers only tables in a folder`;
  }
  if (catalog.server === 'polaris' || s3?.bucket === catalog.warehouse) return null;
  return (
    `its files stay in the bucket ${s3?.bucket ?? ''}, but Lakekeeper registers only tables in the bucket of the warehouse, ` +
    `${catalog.warehouse}; set target.catalogs.${name}.server: polaris, or map it to a catalog whose warehouse is ${s3?.bucket ?? ''}`
  );
}

const serverNames = { lakekeeper: 'Lakekeeper', polaris: 'Polaris' } as const;
