import { hiveCatalogNames, icebergServers } from '../../core/lakehouse-names.js';
import { bucketClashes } from '../bucket-clashes.js';
import { networkProblems } from '../network-fit.js';
import type { SettingProblem } from '../setting-problem.js';
import { mostQueryMemoryPerNodeGb, sizeLakehouse } from '../size-lakehouse.js';
import type { Target } from '../template.js';

/** Whether a lakehouse can be built of the target as it stands, whatever the assessment will hold. */
export function lakehouseProblems(target: Target): readonly SettingProblem[] {
  return [
    ...catalogProblems(target),
    ...memoryProblems(target),
    ...bucketClashes(target, []),
    // Without tables it is as small as it gets: what does not hold these machines holds no Plan's.
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
            message: "Trino keeps the catalog name 'system' for itself.",
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
            fix: 'Keep one catalog of type hive-metastore under `target.catalogs` (`null` takes an inherited one away).',
          },
        ]
      : []),
    ...(servers.length > 1
      ? [
          {
            code: 'several-iceberg-servers',
            setting: `target.catalogs.${other ?? ''}.server`,
            message: `The Iceberg catalogs name the servers ${servers.join(' and ')}; one is allowed.`,
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
      message: `A query would get ${queryMemoryPerNodeGb} GB on each node; Trino's heap on a machine of ${machine.memoryGb} GB has room for ${most} GB.`,
      fix: 'Lower `target.sizing.queryMemoryPerNodeGb`, or write `auto`.',
    },
  ];
}
