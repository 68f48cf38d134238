import { migrationUser } from '../../core/machine-users.js';
import { renderProperties } from '../common/render.js';

/** `etc/resource-groups.properties`. Source: Trino 476 documentation, 'Resource groups'. */
export function renderResourceGroupManager(): string {
  return renderProperties({
    'resource-groups.config-file': '/etc/trino/resource-groups.json',
    'resource-groups.configuration-manager': 'file',
  });
}

/** Queries that may wait, per user and in total, before Trino refuses more. */
const queued = { person: 100, all: 1000 };

/**
 * `etc/resource-groups.json`: users share the cluster fairly, no user takes more than half of it while others wait, and
 * queries of the migration's machines never wait for users. Pure.
 */
export function renderResourceGroups(concurrentQueries: number): string {
  const groups = {
    rootGroups: [
      { name: 'machines', softMemoryLimit: '100%', hardConcurrencyLimit: concurrentQueries, maxQueued: queued.all },
      {
        name: 'people',
        softMemoryLimit: '80%',
        hardConcurrencyLimit: concurrentQueries,
        maxQueued: queued.all,
        jmxExport: true,
        schedulingPolicy: 'fair',
        subGroups: [
          {
            name: '${USER}',
            softMemoryLimit: '50%',
            hardConcurrencyLimit: Math.ceil(concurrentQueries / 2),
            maxQueued: queued.person,
          },
        ],
      },
    ],
    selectors: [
      { user: `admin|${migrationUser}`, source: 'aws2openstack', group: 'machines' },
      { group: 'people.${USER}' },
    ],
  };
  return `${JSON.stringify(groups, null, 2)}\n`;
}
