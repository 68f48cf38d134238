import { SignatureV4 } from '@smithy/signature-v4';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AwsFailure } from '../aws-failure.js';
import { connectionFailure } from '../connection-failure.js';
import { Sha256 } from '../s3/transfer/sha256.js';
import { sendRequest } from '../send-request.js';

export interface Route53Target {
  /** Of the account; Route 53 itself is in one region of its partition. */
  readonly region: string;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** @default Amazon's own */
  readonly endpoint?: string;
}

/** A simple record set. */
export interface Route53Records {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** The records in Route 53 under a name and type. */
export type FoundRecords =
  | { readonly is: 'none' }
  | { readonly is: 'simple'; readonly ttl: number; readonly values: readonly string[] }
  /** Of an alias, or of one that is chosen by weight, latency or the like. */
  | { readonly is: 'other'; readonly what: string };

export interface Route53Change {
  readonly action: 'UPSERT' | 'DELETE';
  readonly records: Route53Records;
}

const version = '2013-04-01';

/** Needs route53:ListResourceRecordSets of the zone. Source: Amazon Route 53 API reference. */
export async function readRecords(
  target: Route53Target,
  zoneId: string,
  { name, type }: Pick<Route53Records, 'name' | 'type'>,
  signal?: AbortSignal,
): Promise<Result<FoundRecords, AwsFailure>> {
  const query = { name: `${name}.`, type, maxitems: '1' };
  const answer = await ask(target, { method: 'GET', path: `/hostedzone/${zoneId}/rrset`, query }, signal);
  return answer.ok ? ok(foundIn(answer.value, name, type)) : answer;
}

/** The id of the change. Needs route53:ChangeResourceRecordSets of the zone. */
export async function changeRecords(
  target: Route53Target,
  zoneId: string,
  change: Route53Change,
  signal?: AbortSignal,
): Promise<Result<string, AwsFailure>> {
  const request = { method: 'POST', path: `/hostedzone/${zoneId}/rrset/`, body: renderChange(change) } as const;
  const answer = await ask(target, request, signal);
  if (!answer.ok) return answer;
  const id = textOf(answer.value, 'Id')?.replace('/change/', '');
  return id === undefined ? fail(noAnswer('it named no change')) : ok(id);
}

/** Whether all of Route 53's servers answer with a change. Needs route53:GetChange. */
export async function isInSync(
  target: Route53Target,
  changeId: string,
  signal?: AbortSignal,
): Promise<Result<boolean, AwsFailure>> {
  const answer = await ask(target, { method: 'GET', path: `/change/${changeId}` }, signal);
  return answer.ok ? ok(textOf(answer.value, 'Status') === 'INSYNC') : answer;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(
  { region, credentials, endpoint }: Route53Target,
  { method, path, query = {}, body }: Request,
  signal: AbortSignal | undefined,
): Promise<Result<string, AwsFailure>> {
  const place = placeOf(region);
  const url = new URL(`${(endpoint ?? place.endpoint).replace(/\/+$/, '')}/${version}${path}`);
  const signer = new SignatureV4({ service: 'route53', region: place.region, credentials, sha256: Sha256 });
  try {
    const { headers } = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: { host: url.host, ...(body !== undefined && { 'content-type': 'application/xml' }) },
      body,
    });
    url.search = new URLSearchParams(query).toString();
    const { status, content } = await sendRequest(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      signal,
    });
    return status < 300 ? ok(content) : fail(failureOf(status, content));
  } catch (error) {
    const failure = connectionFailure(error);
    if (failure !== undefined) return fail({ kind: 'connection', reason: failure.reason, isPermanent: false });
    if (error instanceof Error && error.name === 'CredentialsProviderError')
      return fail({ kind: 'credentials', reason: error.message, isPermanent: true });
    throw error;
  }
}

/** Source: AWS General Reference, 'Amazon Route 53 endpoints and quotas'. */
function placeOf(region: string): { readonly endpoint: string; readonly region: string } {
  if (region.startsWith('cn-')) return { endpoint: 'https://api.route53.cn', region: 'cn-northwest-1' };
  if (region.startsWith('us-gov-'))
    return { endpoint: 'https://route53.us-gov.amazonaws.com', region: 'us-gov-west-1' };
  return { endpoint: 'https://route53.amazonaws.com', region: 'us-east-1' };
}

/** Another change of the zone that is not complete (`PriorRequestNotComplete`, with the status 400) passes. */
function failureOf(status: number, xml: string): AwsFailure {
  const kind = textOf(xml, 'Code') ?? `HTTP ${status}`;
  const isBusy = /throttl|prior ?request|unavailable/i.test(kind);
  const reason = textOf(xml, 'Message') ?? /<Messages>.*?<Message>([^<]*)/s.exec(xml)?.[1] ?? 'no reason given';
  return { kind, reason, isPermanent: status < 500 && status !== 429 && !isBusy };
}

function noAnswer(reason: string): AwsFailure {
  return { kind: 'answer', reason, isPermanent: false };
}

/** The listing begins at the name and type that were asked for, and goes on with others where there is none. */
function foundIn(xml: string, name: string, type: string): FoundRecords {
  const set = /<ResourceRecordSet>(.*?)<\/ResourceRecordSet>/s.exec(xml)?.[1] ?? '';
  const isSame = textOf(set, 'Name')?.toLowerCase() === `${name}.` && textOf(set, 'Type') === type;
  if (!isSame) return { is: 'none' };
  if (set.includes('<AliasTarget>')) return { is: 'other', what: 'an alias' };
  const setId = textOf(set, 'SetIdentifier');
  if (setId !== undefined) return { is: 'other', what: `one of several record sets with a routing policy (${setId})` };
  const values = [...set.matchAll(/<Value>([^<]*)<\/Value>/g)].map(([, value = '']) => value);
  return { is: 'simple', ttl: Number(textOf(set, 'TTL') ?? 0), values };
}

function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}

function renderChange({ action, records: { name, type, ttl, values } }: Route53Change): string {
  const resources = values.map((value) => `<ResourceRecord><Value>${escaped(value)}</Value></ResourceRecord>`).join('');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/${version}/"><ChangeBatch><Changes><Change>`,
    `<Action>${action}</Action><ResourceRecordSet><Name>${escaped(name)}.</Name><Type>${type}</Type><TTL>${ttl}</TTL>`,
    `<ResourceRecords>${resources}</ResourceRecords></ResourceRecordSet>`,
    '</Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
