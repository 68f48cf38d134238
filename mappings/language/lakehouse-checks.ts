import { inPlaceCatalog } from '../../core/helper-tables.js';
import { hiveCatalogNames, icebergServers } from '../../core/lakehouse-names.js';
import { bucketClashes } from '../bucket-clashes.js';
import { networkProblems } from '../network-fit.js';
import type { SettingProblem } from '../setting-problem.js';
import { mostQueryMemoryPerNodeGb, sizeLakehouse } from '../size-lakehouse.js';
import type { Target } from '../template.js';

/** The problems that prevent a lakehouse from being built for the target, whatever the assessment holds. */
export function lakehouseProblems(target: Target): readonly SettingProblem[] {
  return [
    ...catalogProblems(target),
    ...memoryProblems(target),
    ...bucketClashes(target, []),
    // Without tables the lakehouse is as small as possible: a network too small for it is too small for every Plan.
    ...networkProblems(target, sizeLakehouse(target, [])),
  ];
}

function catalogProblems(target: Target): readonly SettingProblem[] {
  const { catalogs } = target;
  const hive = hiveCatalogNames(target);
  const servers = icebergServers(target);
  const [first] = servers;
  const other = Object.keys(catalogs).find((name) => {
    const catalog = catalogs[name];
    return catalog?.type === 'iceberg-rest' && catalog.server !== first;
  });
  return [
    ...(Object.keys(catalogs).length === 0
      ? [
          {
            code: 'no-catalog',
            setting: 'target.catalogs',
            message: 'The target has no catalog; Trino needs at least one.',
            fix: 'Add one under `target.catalogs`.',
          },
        ]
      : []),
    ...(Object.hasOwn(catalogs, 'system')
      ? [
          {
            code: 'trino-catalog-reserved',
            setting: 'target.catalogs.system',
            message: "The catalog name 'system' is reserved by Trino.",
            fix: 'Rename the catalog under `target.catalogs`.',
          },
        ]
      : []),
    ...(Object.hasOwn(catalogs, inPlaceCatalog)
      ? [
          {
            code: 'trino-catalog-reserved',
            setting: `target.catalogs.${inPlaceCatalog}`,
            message: `The catalog name '${inPlaceCatalog}' is reserved for conversion in place.`,
            fix: 'Rename the catalog under `target.catalogs`.',
          },
        ]
      : []),
    ...(hive.length > 1
      ? [
          {
            code: 'several-hive-catalogs',
            setting: `target.catalogs.${hive.at(-1) ?? ''}`,
            message: `The catalogs ${hive.join(', ')} would show the same Hive Metastore; at most one is allowed.`,
            fix: 'Keep one catalog of type hive-metastore under `target.catalogs` (`null` removes an inherited one).',
          },
        ]
      : []),
    ...(servers.length > 1
      ? [
          {
            code: 'several-iceberg-servers',
            setting: `target.catalogs.${other ?? ''}.server`,
            message: `The Iceberg catalogs use the servers ${servers.join(' and ')}; only one is allowed.`,
            fix: 'Give all catalogs of type iceberg-rest under `target.catalogs` the same `server`.',
          },
        ]
      : []),
  ];
}

function memoryProblems(target: Target): readonly SettingProblem[] {
  const { queryMemoryPerNodeGb, machine } = target.sizing;
  const most = mostQueryMemoryPerNodeGb(target);
  if (queryMemoryPerNodeGb === 'auto' || queryMemoryPerNodeGb <= most) return [];
  return [
    {
      code: 'query-memory',
      setting: 'target.sizing.queryMemoryPerNodeGb',
      message: `A query would get ${queryMemoryPerNodeGb} GB on each node, but Trino's heap on a machine with ${machine.memoryGb} GB has room for only ${most} GB.`,
      fix: 'Lower `target.sizing.queryMemoryPerNodeGb`, or set it to `auto`.',
    },
  ];
}
