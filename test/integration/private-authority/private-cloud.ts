import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectStore } from '../../../environments/lakehouse/object-store.js';
import { listen } from '../../support/http-server.js';
import { startPostgres } from '../../support/postgres-server.js';
import type { PostgresServer } from '../../support/postgres-server.js';
import type { PrivateAuthority } from '../../support/private-authority.js';
import { startTlsProxy } from '../../support/tls-proxy.js';

/** What a machine's secret is, by any name. */
export const barbicanSecret = 'key:hidden';

/**
 * A real Swift with its S3 layer, a real Keystone and a real PostgreSQL on loopback, all with certificates of a private
 * authority. Barbican is a stub that holds one secret.
 */
export interface PrivateCloud {
  readonly store: ObjectStore;
  /** The `OS_*` variables, without an authority. */
  readonly env: Readonly<Record<string, string>>;
  /** Keystone's address, with `/v3`. */
  readonly keystone: string;
  readonly postgres: PostgresServer;
  stop(): Promise<void>;
}

const names = 'DNS:localhost,IP:127.0.0.1';

export async function startPrivateCloud(folder: string, authority: PrivateAuthority): Promise<PrivateCloud> {
  const place = { type: 'swift', folder: join(folder, 'swift') } as const;
  giveCertificate(place.folder, authority);
  const store = await ObjectStore.start(place);
  const postgres = await startTlsPostgres(folder, authority);
  const barbican = await listen((asked, response) => {
    const isKnown = asked.headers['x-auth-token'] !== undefined;
    if (!isKnown) response.writeHead(401).end();
    else if (asked.url?.endsWith('/payload') === true) response.end(barbicanSecret);
    else response.end(JSON.stringify({ secrets: [{ secret_ref: `${barbican.url}/v1/secrets/1` }] }));
  }, authority.issue(names));
  const plain = new URL(store.openstack['OS_AUTH_URL'] ?? '');
  const keystone = await startTlsProxy({
    origin: plain.origin,
    certificate: authority.issue(names),
    change: (answer) => catalogOf(answer, { swift: store.endpoint, keyManager: barbican.url }),
  });
  return {
    store,
    env: { ...store.openstack, OS_AUTH_URL: `${keystone.url}/v3` },
    keystone: `${keystone.url}/v3`,
    postgres,
    stop: async () => {
      await Promise.all([keystone.stop(), barbican.stop(), postgres.stop(), ObjectStore.stop(place)]);
    },
  };
}

/** `swift.sh` keeps a certificate that is there, in a folder with its mark. */
function giveCertificate(folder: string, authority: PrivateAuthority): void {
  const etc = join(folder, 'etc');
  mkdirSync(etc, { recursive: true });
  const { key, cert } = authority.issue(names);
  writeFileSync(join(folder, '.a2o-swift'), '');
  writeFileSync(join(etc, 'tls.pem'), `${key}${cert}`, { mode: 0o600 });
  writeFileSync(join(etc, 'ca.pem'), authority.certificate);
}

async function startTlsPostgres(folder: string, authority: PrivateAuthority): Promise<PostgresServer> {
  const { key, cert } = authority.issue(names);
  chmodSync(folder, 0o755);
  const [keyFile, certFile] = [join(folder, 'postgres.key'), join(folder, 'postgres.pem')];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certFile, cert);
  // The server runs as nobody when the test runs as root.
  if (process.getuid?.() === 0) chownSync(keyFile, 65_534, 65_534);
  return await startPostgres(['ssl=on', `ssl_cert_file=${certFile}`, `ssl_key_file=${keyFile}`]);
}

/** Keystone knows where Swift is without TLS, and no Barbican. */
function catalogOf(
  answer: string,
  { swift, keyManager }: { readonly swift: string; readonly keyManager: string },
): string {
  const body = (answer.startsWith('{') ? JSON.parse(answer) : {}) as {
    token?: {
      catalog?: { type: string; name?: string; endpoints: { url: string; interface: string; region: string }[] }[];
    };
  };
  const { catalog } = body.token ?? {};
  if (catalog === undefined) return answer;
  for (const { type, endpoints } of catalog)
    if (type === 'object-store') for (const each of endpoints) each.url = `${swift}${new URL(each.url).pathname}`;
  catalog.push({
    type: 'key-manager',
    name: 'barbican',
    endpoints: [{ url: keyManager, interface: 'public', region: 'RegionOne' }],
  });
  return JSON.stringify(body);
}
