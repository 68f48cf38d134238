import { dnsFunctions } from './functions.js';
import type { FunctionName } from './functions.js';
import type { CompleteEnvironment, EnvironmentName } from './settings.js';

export const metricNamespace = 'aws2openstack/waves';

export interface FunctionSurroundings {
  readonly environment: EnvironmentName;
  /** Names of the table, the bucket and the bus. */
  readonly table: string;
  readonly details: string;
  readonly bus: string;
  readonly settings: Pick<
    CompleteEnvironment,
    'replicatingServers' | 'recordDays' | 'migrationFactory' | 'dns' | 'cmdb'
  >;
  /** ARNs. */
  readonly secrets: FunctionSecrets;
}

export interface FunctionSecrets {
  readonly callbackKey: string;
  readonly slackWebhook?: string;
  readonly factoryToken?: string;
  readonly cmdbAuthorization?: string;
}

/** The variables of a function, which `waves/aws/environment.ts` reads: names and ARNs, never secrets. */
export function environmentOf(
  name: FunctionName,
  { environment, table, details, bus, settings, secrets }: FunctionSurroundings,
): Readonly<Record<string, string>> {
  const { migrationFactory, replicatingServers, recordDays, dns, cmdb } = settings;
  return {
    POWERTOOLS_SERVICE_NAME: name,
    WAVES_ENVIRONMENT: environment,
    WAVES_TABLE: table,
    WAVES_DETAILS_BUCKET: details,
    WAVES_REPLICATING_SERVERS: String(replicatingServers),
    WAVES_RECORD_DAYS: String(recordDays),
    ...(dns !== undefined &&
      dnsFunctions.includes(name) && {
        WAVES_DNS_ZONES: Object.entries(dns.zones)
          .map(([zone, id]) => `${zone}=${id}`)
          .join(','),
      }),
    ...((name === 'ingress_handler' || name === 'callback_handler') && { WAVES_BUS: bus }),
    ...(name === 'callback_handler' && {
      WAVES_CALLBACK_KEY: secrets.callbackKey,
      ...(secrets.slackWebhook !== undefined && { WAVES_SLACK_WEBHOOK: secrets.slackWebhook }),
      ...(secrets.factoryToken !== undefined && { WAVES_FACTORY_TOKEN: secrets.factoryToken }),
      ...(migrationFactory !== undefined && { WAVES_FACTORY_ENDPOINT: migrationFactory.endpoint }),
      ...(cmdb !== undefined && { WAVES_CMDB_URL: cmdb.url, WAVES_CMDB_METHOD: cmdb.method ?? 'PATCH' }),
      ...(secrets.cmdbAuthorization !== undefined && { WAVES_CMDB_AUTHORIZATION: secrets.cmdbAuthorization }),
    }),
  };
}
