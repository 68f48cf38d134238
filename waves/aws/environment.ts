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
  /** Of EC2, where it is not Amazon's own; the SDK's own variable. */
  readonly ec2Endpoint?: string;
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
  return {
    environment: required('WAVES_ENVIRONMENT'),
    table: required('WAVES_TABLE'),
    detailsBucket: required('WAVES_DETAILS_BUCKET'),
    replicatingServers: Number(required('WAVES_REPLICATING_SERVERS')),
    recordDays: Number(required('WAVES_RECORD_DAYS')),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
