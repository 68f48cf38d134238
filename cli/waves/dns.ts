import { awsCredentials } from '../../clients/aws-credentials.js';
import { cloudClient } from '../../clients/openstack/index.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { cloudTarget } from '../../openstack/session/index.js';
import { canonicalName, designate, route53 } from '../../waves/dns/index.js';
import type { DnsService } from '../../waves/dns/index.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface WaveDns {
  readonly service: DnsService | undefined;
  readonly close: () => Promise<void>;
}

/** The DNS service of A2O_WAVES_DNS (docs/waves.md). No request is made. */
export function waveDns(env: Env): Result<WaveDns> {
  const kind = given(env, 'A2O_WAVES_DNS');
  switch (kind) {
    case undefined:
      return ok({ service: undefined, close: () => Promise.resolve() });
    case 'designate':
      return ofCloud(env);
    case 'route53':
      return ofAws(env);
    default:
      return fail([problem(`A2O_WAVES_DNS is '${kind}'; it must be designate or route53.`, 'Set it to one of them.')]);
  }
}

function ofCloud(env: Env): Result<WaveDns> {
  const region = given(env, 'OS_REGION_NAME');
  if (region === undefined)
    return fail([
      problem(
        "OS_REGION_NAME is missing: the region of the cloud whose DNS service has the machines' names.",
        'Set OS_REGION_NAME, and OS_CLOUD or the OS_* variables.',
      ),
    ]);
  const target = cloudTarget(env, region);
  if (!target.ok) return target;
  const client = cloudClient(target.value);
  return ok({ service: designate(client), close: () => client.close() });
}

const zonePattern = /^([^=\s]+)=(Z[A-Z0-9]{1,31})$/;

function ofAws(env: Env): Result<WaveDns> {
  const listed = (given(env, 'A2O_WAVES_DNS_ZONES') ?? '').split(',').map((zone) => zonePattern.exec(zone.trim()));
  if (listed.includes(null))
    return fail([
      problem(
        `A2O_WAVES_DNS_ZONES is '${env['A2O_WAVES_DNS_ZONES'] ?? ''}'; it must be name=id of each hosted zone, separated by commas.`,
        'Set it to such as acme.example=Z0123456789ABC (aws route53 list-hosted-zones).',
      ),
    ]);
  const zones = Object.fromEntries(listed.map((zone) => [canonicalName(zone?.[1] ?? ''), zone?.[2] ?? '']));
  const endpoint = given(env, 'AWS_ENDPOINT_URL_ROUTE_53') ?? given(env, 'AWS_ENDPOINT_URL');
  const target = {
    region: given(env, 'AWS_REGION') ?? 'us-east-1',
    credentials: awsCredentials({ profile: given(env, 'AWS_PROFILE'), endpoint }),
    ...(endpoint !== undefined && { endpoint }),
  };
  return ok({
    service: route53({ target: () => Promise.resolve(target), zones }),
    close: () => Promise.resolve(),
  });
}

function given(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

function problem(message: string, fix: string): Diagnostic {
  return diagnostic({ code: 'wave-settings', message, fix });
}
