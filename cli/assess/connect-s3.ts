import { s3Transfer } from '../../clients/s3/transfer/index.js';
import type { S3Transfer } from '../../clients/s3/transfer/index.js';
import type { S3Target } from '../../clients/s3/index.js';
import type { CliIo } from '../io.js';

export interface S3Flags {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string;
  readonly s3EndpointUrl?: string;
}

/** As many as the requests of a listing at the same time. */
const connections = 32;

/** Connects without a request, with the credentials that the AWS SDK finds. */
export function connectS3({ env }: CliIo, flags: S3Flags): S3Transfer {
  return s3Transfer(s3TargetOf(env, flags), { connections });
}

export function s3TargetOf(env: CliIo['env'], { region, profile, endpointUrl, s3EndpointUrl }: S3Flags): S3Target {
  const endpoint = s3EndpointUrl ?? s3EndpointIn(env, endpointUrl);
  return { region, ...(profile !== undefined && { profile }), ...(endpoint !== undefined && { endpoint }) };
}

/** An endpoint of AWS for another service, such as a VPC endpoint of Glue, does not answer for S3. */
export function s3EndpointIn(env: CliIo['env'], endpointUrl?: string): string | undefined {
  const shared = endpointUrl ?? env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const host = shared === undefined ? undefined : URL.parse(shared)?.hostname;
  return /\.amazonaws\.com(\.cn)?$/.test(host ?? '') ? undefined : shared;
}
