import { renderProperties } from '../common/render.js';
import type { Settings } from '../common/render.js';
import type { TrinoProps } from './trino.js';

export type TrinoRole = 'coordinator' | 'worker';

/** The only port of every node: encrypted, for users and for other nodes. */
export const trinoPort = 8443;

/** Spill folder of nodes, on the machine and in the container. */
export const spillFolder = '/data/spill';

/**
 * `etc/config.properties`. Nodes trust each other by certificates that Trino derives from the shared secret, for addresses
 * and not for names; users get the coordinator's own certificate.
 * Source: Trino 476 documentation, 'Deploying Trino', 'Secure internal communication', 'Spill to disk'.
 */
export function renderConfigProperties(role: TrinoRole, props: TrinoProps): string {
  return renderProperties({
    coordinator: role === 'coordinator',
    'discovery.uri': `https://${props.coordinatorAddress}:${trinoPort}`,
    'http-server.http.enabled': false,
    'http-server.https.enabled': true,
    'http-server.https.port': trinoPort,
    'internal-communication.https.required': true,
    'internal-communication.shared-secret': '${ENV:TRINO_SHARED_SECRET}',
    'query.max-memory': `${props.queryMemoryGb}GB`,
    'query.max-memory-per-node':
      props.queryMemoryPerNodeGb === undefined ? undefined : `${props.queryMemoryPerNodeGb}GB`,
    ...overflowSettings(props),
    ...(role === 'coordinator' && coordinatorSettings(props)),
  });
}

/** A fault-tolerant cluster stores the data exchanged between stages in buckets, and does not need to spill. */
function overflowSettings({ exchangeBuckets = [], spillsToDisk = false }: TrinoProps): Settings {
  if (exchangeBuckets.length > 0) return { 'retry-policy': 'TASK' };
  return spillsToDisk ? { 'spill-enabled': true, 'spiller-spill-path': spillFolder } : {};
}

function coordinatorSettings({ workers, oauth2 }: TrinoProps): Settings {
  return {
    // `SELECT *` omits columns that a grant hides, instead of failing.
    'hide-inaccessible-columns': true,
    // Machines sign in with a password even if users do not.
    'http-server.authentication.type': oauth2 ? 'OAUTH2,PASSWORD' : 'PASSWORD',
    'http-server.https.keystore.path': '/etc/trino-private/server.pem',
    'node-scheduler.include-coordinator': workers === 0,
    ...(oauth2 && {
      'http-server.authentication.oauth2.client-id': oauth2.clientId,
      'http-server.authentication.oauth2.client-secret': '${ENV:TRINO_OAUTH2_CLIENT_SECRET}',
      'http-server.authentication.oauth2.issuer': oauth2.issuer,
      'http-server.authentication.oauth2.principal-field': oauth2.userField ?? 'sub',
      'http-server.authentication.oauth2.scopes': scopesFor(oauth2.userField ?? 'sub'),
      'web-ui.authentication.type': 'oauth2',
    }),
  };
}

/** A provider releases a claim only to clients that request its scope. Source: OpenID Connect Core 1.0, 'Requesting Claims using Scope Values'. */
function scopesFor(claim: string): string {
  if (claim === 'sub') return 'openid';
  return claim === 'email' ? 'openid,email' : 'openid,profile';
}

/** `etc/exchange-manager.properties`. Source: Trino 476 documentation, 'Fault-tolerant execution'. */
export function renderExchangeManager({ exchangeBuckets = [], objectStore }: TrinoProps): string {
  return renderProperties({
    'exchange-manager.name': 'filesystem',
    'exchange.base-directories': exchangeBuckets.map((bucket) => `s3://${bucket}`).join(','),
    'exchange.s3.aws-access-key': '${ENV:AWS_ACCESS_KEY_ID}',
    'exchange.s3.aws-secret-key': '${ENV:AWS_SECRET_ACCESS_KEY}',
    'exchange.s3.endpoint': objectStore.endpoint,
    'exchange.s3.path-style-access': true,
    'exchange.s3.region': objectStore.region,
  });
}

/** `etc/password-authenticator.properties`: passwords are hashed on the machine. */
export function renderPasswordAuthenticator(): string {
  return renderProperties({
    'file.password-file': '/etc/trino-private/password.db',
    'password-authenticator.name': 'file',
  });
}

/** `etc/node.properties`. The image adds `node.id` from the machine's host name. */
export function renderNodeProperties({ environment }: TrinoProps): string {
  return renderProperties({ 'node.data-dir': '/data/trino', 'node.environment': environment });
}

/** `etc/log.properties`. */
export function renderLogProperties(): string {
  return renderProperties({ 'io.trino': 'INFO' });
}

/**
 * `etc/jvm.config`: one option per line, in the order of Trino's own example. The heap is a share of the machine's
 * memory, so that the file does not depend on the flavor. The time zone is the default of sessions and files, and the
 * same on every machine. Source: Trino 476 documentation, 'JVM config'.
 */
export function renderJvmConfig({ heapPercent, trust }: TrinoProps): string {
  return [
    '-server',
    `-XX:InitialRAMPercentage=${heapPercent}`,
    `-XX:MaxRAMPercentage=${heapPercent}`,
    '-XX:G1HeapRegionSize=32M',
    '-XX:+UseG1GC',
    '-XX:+ExplicitGCInvokesConcurrent',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-OmitStackTraceInFastThrow',
    '-XX:ReservedCodeCacheSize=512M',
    '-XX:PerMethodRecompilationCutoff=10000',
    '-XX:PerBytecodeRecompilationCutoff=10000',
    '-Djdk.attach.allowAttachSelf=true',
    '-Djdk.nio.maxCachedBufferSize=2000000',
    '-Dfile.encoding=UTF-8',
    '-Duser.timezone=UTC',
    '-XX:+EnableDynamicAgentLoading',
    '--add-modules=jdk.incubator.vector',
    ...(trust?.javaOptions ?? []),
    '',
  ].join('\n');
}
