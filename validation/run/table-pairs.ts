import type { ManifestEntry } from '../../registration/index.js';
import type { TablePair } from '../table/table-pair.js';

/** Catalogs of the source: one for Hive's tables and one for Iceberg's, or the same for both. */
export interface SourceCatalogs {
  readonly hive: string;
  readonly iceberg: string;
}

/** The pairs to compare of the tables of a manifest. Views and links hold no data themselves. */
export function tablePairs(entries: readonly ManifestEntry[], catalogs: SourceCatalogs): readonly TablePair[] {
  return entries.flatMap((entry) => {
    const { key, phase, method, source, target, partitionedTable } = entry;
    if (phase !== 'table' || typeof source?.table !== 'string' || target.table === null) return [];
    const isIceberg = method === 'register' || method === 'register-rewritten';
    return [
      {
        key,
        source: {
          catalog: isIceberg ? catalogs.iceberg : catalogs.hive,
          schema: source.database,
          table: source.table,
        },
        target: { catalog: target.catalog, schema: target.schema, table: target.table },
        partitionColumns: partitionedTable?.keys ?? [],
        isIceberg,
        schema: { target: isIceberg || method.startsWith('convert') ? 'iceberg' : 'hive' },
      },
    ];
  });
}
