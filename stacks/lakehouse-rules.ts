import type { Rule } from '../constructs/common/index.js';
import type { Plan } from '../mappings/plan.js';
import { hiveCatalogNames, icebergWarehouses } from './lakehouse-names.js';

export const lakehouseRules: readonly Rule<Plan>[] = [
  {
    code: 'topology-not-built',
    holds: ({ target }) => target.topology !== 'ha',
    message: () => `The topology 'ha' cannot be laid out yet; small and standard can.`,
    fix: 'Set `target.topology` to standard.',
  },
  {
    code: 'several-hive-catalogs',
    holds: ({ target }) => hiveCatalogNames(target).length <= 1,
    message: ({ target }) =>
      `The catalogs ${hiveCatalogNames(target).join(', ')} would show the same Hive Metastore; one at most is allowed.`,
    fix: 'Keep one catalog of type hive-metastore under `target.catalogs`.',
  },
  {
    code: 'several-iceberg-servers',
    holds: (plan) => icebergServers(plan).length <= 1,
    message: (plan) => `The Iceberg catalogs name the servers ${icebergServers(plan).join(' and ')}; one is allowed.`,
    fix: 'Give all catalogs of type iceberg-rest under `target.catalogs` the same `server`.',
  },
  {
    code: 'no-catalog',
    holds: ({ target }) => hiveCatalogNames(target).length + icebergWarehouses(target).length > 0,
    message: () => 'The target has no catalog; Trino needs one at least.',
    fix: 'Add one under `target.catalogs`.',
  },
];

export function icebergServers({ target }: Plan): ('lakekeeper' | 'polaris')[] {
  const servers = Object.values(target.catalogs).flatMap((catalog) =>
    catalog.type === 'iceberg-rest' ? [catalog.server] : [],
  );
  return [...new Set(servers)].sort();
}
