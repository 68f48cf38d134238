import type { Rule } from '../constructs/common/index.js';
import type { Plan } from '../mappings/plan.js';
import { bucketClashes } from './bucket-clashes.js';
import { hiveCatalogNames, icebergWarehouses } from './lakehouse-names.js';
import { mostQueryMemoryPerNodeGb } from './size-lakehouse.js';
import { targetTexts } from './target-texts.js';

export const lakehouseRules: readonly Rule<Plan>[] = [
  {
    code: 'no-zones',
    holds: ({ target }) => target.topology !== 'ha' || target.zones.length > 0,
    message: () => `The topology 'ha' spreads its machines over zones, and target.zones names none.`,
    fix: 'Name them: `target: { zones: [az-1, az-2, az-3] }` (`openstack availability zone list` shows them).',
  },
  {
    code: 'query-memory',
    holds: ({ target }) =>
      Number(target.sizing.queryMemoryPerNodeGb) <= mostQueryMemoryPerNodeGb(target) ||
      target.sizing.queryMemoryPerNodeGb === 'auto',
    message: ({ target }) =>
      `A query would get ${target.sizing.queryMemoryPerNodeGb} GB on each node, and Trino's heap on a machine of ${target.sizing.machine.memoryGb} GB has room for ${mostQueryMemoryPerNodeGb(target)} GB.`,
    fix: 'Lower `target.sizing.queryMemoryPerNodeGb`, or write `auto`.',
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
  {
    code: 'own-bucket-clash',
    holds: (plan) => bucketClashes(plan).length === 0,
    message: (plan) =>
      bucketClashes(plan)
        .map(({ bucket, uses }) => `The bucket '${bucket}' would be ${uses.join(' and ')}; each needs its own.`)
        .join(' '),
    fix: (plan) =>
      bucketClashes(plan)
        .map(({ bucket, settings }) => `For '${bucket}' change ${settings.join(' or ')}.`)
        .join(' '),
  },
  {
    code: 'control-character',
    holds: (plan) => withControlCharacter(plan).length === 0,
    message: (plan) =>
      `Control characters such as line ends are not allowed in ${withControlCharacter(plan).join(', ')}.`,
    fix: 'Write each of these texts on one line and without control characters.',
  },
  {
    code: 'terraform-template',
    holds: (plan) => withTerraformTemplate(plan).length === 0,
    message: (plan) =>
      `Terraform would evaluate \`\${\` and \`%{\`, which are not allowed in ${withTerraformTemplate(plan).join(', ')}.`,
    fix: 'Write the value itself; `${stack}` is allowed, and in `target.state.settings` only.',
  },
];

export function icebergServers({ target }: Plan): ('lakekeeper' | 'polaris')[] {
  const servers = Object.values(target.catalogs).flatMap((catalog) =>
    catalog.type === 'iceberg-rest' ? [catalog.server] : [],
  );
  return [...new Set(servers)].sort();
}

/** Where: such a text would add lines to units, properties and environment files. Terraform's state takes PEM texts. */
function withControlCharacter(plan: Plan): string[] {
  return targetTexts(plan)
    .filter(({ path, text }) => !isStateSetting(path) && /\p{Cc}/u.test(text))
    .map(({ path }) => path);
}

function withTerraformTemplate(plan: Plan): string[] {
  return targetTexts(plan)
    .filter(({ path, text }) => /[$%]\{/.test(isStateSetting(path) ? text.replaceAll('${stack}', 'stack') : text))
    .map(({ path }) => path);
}

function isStateSetting(path: string): boolean {
  return path.startsWith('target.state.settings.');
}
