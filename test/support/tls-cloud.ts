import { httpSender } from '../../openstack/session/http.js';
import type { HttpAnswer } from '../../openstack/session/http.js';
import { signIn } from '../../openstack/session/session.js';
import { valueOf } from './assess-run.js';
import type { LocalServer } from './http-server.js';
import { sessionOf } from './openstack-cloud.js';
import type { Cloud } from './openstack-cloud.js';
import type { PrivateAuthority } from './private-authority.js';
import { startTlsProxy } from './tls-proxy.js';

export interface TlsCloud extends Cloud {
  /** Takes its region out of the catalog. */
  stop(): Promise<void>;
}

const region = 'RegionTls';

interface Endpoint {
  readonly id: string;
  readonly service_id: string;
  /** May have a `%(project_id)s`. */
  readonly url: string;
}

/**
 * The cloud as a private one: a second region of its catalog, in which every service, Keystone and the object store
 * included, has an https address and a certificate of the authority. Its projects are those of the first region.
 */
export async function startTlsCloud(
  cloud: Cloud,
  authority: PrivateAuthority,
  authorityFile: string,
): Promise<TlsCloud> {
  const catalog = await catalogOf(cloud);
  const certificate = authority.issue('IP:127.0.0.1');
  const proxies = new Map<string, LocalServer>();
  const overTls = async (url: string): Promise<string> => {
    const origin = /^http:\/\/[^/]+/.exec(url)?.[0];
    if (origin === undefined) throw new Error(`${url} is not an address without TLS`);
    const proxy = proxies.get(origin) ?? (await startTlsProxy({ origin, certificate }));
    proxies.set(origin, proxy);
    return proxy.url + url.slice(origin.length);
  };
  const stop = async (): Promise<void> => {
    await catalog.removeRegion();
    await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
  };
  try {
    // Of a run that was killed.
    await catalog.removeRegion();
    await catalog.addRegion(overTls);
    const keystone = await overTls(catalog.keystone);
    return {
      ...cloud,
      s3Endpoint: await overTls(cloud.s3Endpoint),
      region,
      authorityFile,
      project: async (name) => {
        const env = {
          ...(await cloud.project(name)).env,
          OS_AUTH_URL: keystone,
          OS_REGION_NAME: region,
        };
        return { env, session: await sessionOf(env, [authority.certificate]) };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The service catalog, as an administrator changes it. Source: OpenStack Identity API v3, 'Service catalog and endpoints'. */
async function catalogOf(cloud: Cloud) {
  const { env } = await cloud.project('admin');
  const keystone = env['OS_AUTH_URL'] ?? '';
  const { token } = valueOf(await signIn(env, cloud.region));
  const send = httpSender();
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<HttpAnswer> => {
    const answer = await send({
      method,
      url: `${keystone}${path}`,
      headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`Keystone does not answer: ${answer.error}`);
    const { status, text } = answer.value;
    if (status > 299 && !(method === 'DELETE' && status === 404)) throw new Error(`${method} ${path}: ${text}`);
    return answer.value;
  };
  const publicEndpoints = async (of: string): Promise<readonly Endpoint[]> => {
    const { text } = await ask('GET', `/endpoints?interface=public&region_id=${of}`);
    return (JSON.parse(text) as { endpoints: Endpoint[] }).endpoints;
  };
  return {
    keystone,
    addRegion: async (changed: (url: string) => Promise<string>): Promise<void> => {
      await ask('POST', '/regions', { region: { id: region } });
      for (const { service_id, url } of await publicEndpoints(cloud.region)) {
        const endpoint = { service_id, interface: 'public', region_id: region, url: await changed(url) };
        await ask('POST', '/endpoints', { endpoint });
      }
    },
    removeRegion: async (): Promise<void> => {
      for (const { id } of await publicEndpoints(region)) await ask('DELETE', `/endpoints/${id}`);
      await ask('DELETE', `/regions/${region}`);
    },
  };
}
