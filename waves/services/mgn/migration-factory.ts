import { connectionFailure } from '../../../clients/connection-failure.js';
import { sendRequest } from '../../../clients/send-request.js';
import type { SmallReply, SmallRequest } from '../../../clients/send-request.js';
import { PrerequisiteError, TransientError } from '../../machines/errors.js';

export interface MigrationFactory {
  /** Of its user API, with the stage, such as `https://abc.execute-api.eu-central-1.amazonaws.com/prod`. */
  readonly endpoint: string;
  /** Cognito's id token, asked for before each use because it ends within hours. */
  readonly token: () => Promise<string>;
}

interface FactoryServer {
  readonly server_id?: string;
  readonly server_name?: string;
  readonly server_fqdn?: string;
  readonly server_environment?: string;
}

/**
 * Sets the migration status of a server in Cloud Migration Factory, which knows servers by name or FQDN. Does nothing where
 * it has no such server. Throws a TransientError, or a PrerequisiteError where the token is refused. Source: Cloud
 * Migration Factory on AWS, implementation guide, 'User API'.
 */
export async function tellMigrationFactory(
  factory: MigrationFactory,
  serverName: string,
  status: string,
  signal?: AbortSignal,
): Promise<'told' | 'unknown-server'> {
  const servers = serversIn(await ask(factory, 'user/server', { method: 'GET' }, signal), factory);
  const name = serverName.toLowerCase();
  const server = servers.find(({ server_name, server_fqdn }) =>
    [server_name, server_fqdn].some((each) => each?.toLowerCase() === name),
  );
  if (server?.server_id === undefined) return 'unknown-server';
  const body = JSON.stringify({ migration_status: status });
  await ask(factory, `user/server/${encodeURIComponent(server.server_id)}`, { method: 'PUT', body }, signal);
  return 'told';
}

function serversIn(content: string, { endpoint }: MigrationFactory): readonly FactoryServer[] {
  const value = valueIn(content);
  if (Array.isArray(value)) return value as readonly FactoryServer[];
  throw new PrerequisiteError(
    `${endpoint} does not answer as Cloud Migration Factory does: put the endpoint of its user API, with the stage, into migrationFactory.endpoint of the settings of the waves.`,
  );
}

function valueIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function ask(
  { endpoint, token }: MigrationFactory,
  path: string,
  { method, body }: Pick<SmallRequest, 'method' | 'body'>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const url = new URL(`${endpoint.replace(/\/$/, '')}/${path}`);
  const headers = { Authorization: await token(), 'Content-Type': 'application/json' };
  let reply: SmallReply;
  try {
    reply = await sendRequest(url, { method, headers, ...(body !== undefined && { body }), signal });
  } catch (error) {
    const failure = connectionFailure(error);
    if (failure === undefined) throw error;
    throw new TransientError(`Cloud Migration Factory (${url.host}) did not answer: ${failure.reason}`);
  }
  const { status, content } = reply;
  if (status < 300) return content;
  const message = `Cloud Migration Factory answered ${method} ${url.pathname} with ${status}`;
  if (status === 401 || status === 403)
    throw new PrerequisiteError(
      `${message}: its token has ended. Put a new one into the secret (docs/waves/runbook.md).`,
    );
  throw status === 429 || status >= 500 ? new TransientError(message) : new PrerequisiteError(message);
}
