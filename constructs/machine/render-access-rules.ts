/**
 * Allows only the requests that machines make, for `openstack application credential create --access-rules`. `/**` matches
 * the path prefix that a service may have; `*` is one segment.
 * Source: Keystone documentation, 'Application Credentials', 'Access Rules'.
 */
export function renderCredentialAccessRules(container: string): string {
  const objects = (method: string, path: string): object => ({
    service: 'object-store',
    method,
    path: `/**v1/*/${container}/${path}`,
  });
  const secrets = (path: string): object => ({ service: 'key-manager', method: 'GET', path: `/**v1/secrets${path}` });
  const rules = [objects('GET', 'config/*'), objects('PUT', 'machines/*'), secrets(''), secrets('/*/payload')];
  return `${JSON.stringify(rules, null, 2)}\n`;
}
