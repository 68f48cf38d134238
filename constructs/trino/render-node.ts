import { renderProperties } from '../common/render.js';
import type { TrinoProps } from './trino.js';

export type TrinoRole = 'coordinator' | 'worker';

/** Ports that Trino listens on: plain inside the network, encrypted and with a password for people. */
export const trinoPorts = { internal: 8080, https: 8443 } as const;

/** `etc/config.properties`. Source: Trino 476 documentation, 'Deploying Trino', 'TLS and HTTPS', 'Spill to disk'. */
export function renderConfigProperties(role: TrinoRole, props: TrinoProps): string {
  return renderProperties({
    coordinator: role === 'coordinator',
    'discovery.uri': `http://${props.coordinatorHost}:${trinoPorts.internal}`,
    'http-server.http.port': trinoPorts.internal,
    'internal-communication.shared-secret': '${ENV:TRINO_SHARED_SECRET}',
    'query.max-memory': `${props.queryMemoryGb}GB`,
    ...(role === 'coordinator' && {
      // `SELECT *` leaves out what a grant hides, instead of failing.
      'hide-inaccessible-columns': true,
      'http-server.authentication.type': 'PASSWORD',
      'http-server.https.enabled': true,
      'http-server.https.keystore.path': '/etc/trino-private/server.pem',
      'http-server.https.port': trinoPorts.https,
      'node-scheduler.include-coordinator': props.workers === 0,
    }),
  });
}

/** `etc/password-authenticator.properties`: people sign in with a password that the machine hashes by itself. */
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
 * `etc/jvm.config`: one option a line, in the order of Trino's own example. The heap is a share of the machine's
 * memory, so that another flavor needs no other file. Source: Trino 476 documentation, 'JVM config'.
 */
export function renderJvmConfig({ heapPercent }: TrinoProps): string {
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
    '-XX:+EnableDynamicAgentLoading',
    '--add-modules=jdk.incubator.vector',
    '',
  ].join('\n');
}
