import { renderExternal } from './hive-table.js';
import type { TableFiles } from './hive-table.js';
import { renderConversion } from './iceberg-table.js';
import { renderInPlace } from './in-place.js';
import type { Registration } from './manifest.js';
import { isConversion } from './registered-table.js';
import type { AcceptedTable } from './registered-table.js';
import { stagingCatalogOf } from './registration-target.js';
import type { RegistrationTarget } from './registration-target.js';

/** A table over files at `location`: an external one, or one that is converted. */
export function renderFiles(
  table: Pick<AcceptedTable, 'catalog' | 'schema' | 'table' | 'method'>,
  files: TableFiles,
  location: string,
  target: RegistrationTarget,
): Registration {
  const stagingCatalog = stagingCatalogOf(target);
  if (isConversion(table.method) && stagingCatalog !== undefined) {
    const render = table.method === 'convert' ? renderConversion : renderInPlace;
    return render(table, files, location, { stagingCatalog, buckets: target.buckets });
  }
  const { statements, partitionsBy, partitionedTable } = renderExternal(files, table, location, target.buckets);
  return { statements, load: [], cleanup: [], partitionsBy, partitionedTable };
}
