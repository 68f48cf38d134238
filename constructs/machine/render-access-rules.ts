import { manifestPrefix } from '../registration-manifest/index.js';

/**
 * The requests that machines make and no others, for `openstack application credential create --access-rules`. Services
 * may lie below a path of their own, which `/**` stands for; `*` is one segment.
 * Source: Keystone documentation, 'Application Credentials', 'Access Rules'.
 */
export function renderCredentialAccessRules(container: string): string {
  const objects = (method: string, path: string): object => ({
    service: 'object-store',
    method,
    path: `/**v1/*/${container}/${path}`,
  });
  const secrets = (path: string): object => ({ service: 'key-manager', method: 'GET', path: `/**v1/secrets${path}` });
  const rules = [
    objects('GET', 'config/*'),
    objects('GET', `${manifestPrefix}/**`),
    objects('PUT', 'machines/*'),
    secrets(''),
    secrets('/*/payload'),
  ];
  return `${JSON.stringify(rules, null, 2)}\n`;
}
