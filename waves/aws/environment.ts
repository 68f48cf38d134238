/** The variables of a function, as `stacks/waves/function-environment.ts` sets them: names and ARNs, never secrets. */
export interface FunctionEnvironment {
  readonly environment: string;
  readonly table: string;
  readonly detailsBucket: string;
  readonly replicatingServers: number;
  readonly recordDays: number;
  /** Of `ingress_handler` and `callback_handler`. */
  readonly bus?: string;
  /** ARNs of secrets, of `callback_handler`. */
  readonly callbackKey?: string;
  readonly slackWebhook?: string;
  readonly factoryToken?: string;
  readonly factoryEndpoint?: string;
  /** Of `callback_handler`. */
  readonly cmdb?: CmdbEnvironment;
  /** Ids of hosted zones by their names, of the functions that move names. */
  readonly dnsZones?: Readonly<Record<string, string>>;
  /** Of EC2, where it is not Amazon's own; the SDK's own variable. */
  readonly ec2Endpoint?: string;
}

export interface CmdbEnvironment {
  readonly url: string;
  readonly method: 'PUT' | 'PATCH';
  /** ARN of a secret. */
  readonly authorization?: string;
}

/** Throws for a variable that is missing: the function was not deployed by our stack. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): FunctionEnvironment {
  const required = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`The variable ${name} of the function is not set.`);
    return value;
  };
  const optional = {
    bus: env['WAVES_BUS'],
    callbackKey: env['WAVES_CALLBACK_KEY'],
    slackWebhook: env['WAVES_SLACK_WEBHOOK'],
    factoryToken: env['WAVES_FACTORY_TOKEN'],
    factoryEndpoint: env['WAVES_FACTORY_ENDPOINT'],
    ec2Endpoint: env['AWS_ENDPOINT_URL_EC2'],
  };
  const zones = env['WAVES_DNS_ZONES'];
  const cmdb = cmdbIn(env);
  return {
    environment: required('WAVES_ENVIRONMENT'),
    table: required('WAVES_TABLE'),
    detailsBucket: required('WAVES_DETAILS_BUCKET'),
    replicatingServers: Number(required('WAVES_REPLICATING_SERVERS')),
    recordDays: Number(required('WAVES_RECORD_DAYS')),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(zones !== undefined && { dnsZones: zonesIn(zones) }),
    ...(cmdb !== undefined && { cmdb }),
  };
}

/** `name=id` of each zone, separated by commas. */
function zonesIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((zone) => zone.split('=') as [string, string]));
}

function cmdbIn(env: Readonly<Record<string, string | undefined>>): CmdbEnvironment | undefined {
  const url = env['WAVES_CMDB_URL'];
  if (url === undefined) return undefined;
  const authorization = env['WAVES_CMDB_AUTHORIZATION'];
  const method = env['WAVES_CMDB_METHOD'] === 'PUT' ? 'PUT' : 'PATCH';
  return { url, method, ...(authorization !== undefined && { authorization }) };
}
