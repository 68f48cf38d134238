import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { renderUserData } from '../../../constructs/server/render-user-data.js';

const text = renderUserData();
const config = parse(text) as { write_files: { path: string; content: string }[]; runcmd: string[][] };

test('it is cloud-config that waits for the application credential', () => {
  expect(text.startsWith('#cloud-config\n')).toBe(true);
  const path = config.write_files.find((file) => file.path.endsWith('a2o-bootstrap.path'));
  expect(path?.content).toContain('PathExists=/etc/aws2openstack/clouds.yaml');
  expect(config.runcmd.at(-1)).toEqual(['systemctl', 'enable', '--now', 'a2o-bootstrap.path', 'a2o-poll.timer']);
});

test('Terraform reads nothing of it as a template, and Nova takes its size', () => {
  expect(text).not.toMatch(/[$%]\{/);
  expect(Buffer.from(text).toString('base64').length).toBeLessThan(65_535);
});

const acme = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

test('a machine trusts the authorities before it asks anybody', () => {
  const own = parse(renderUserData({ authorities: [acme] })) as { ca_certs: { trusted: string[] } };
  expect(own.ca_certs).toEqual({ trusted: [acme] });
});

test('packages come from the mirror and through the proxy, and the cloud is reached without it', () => {
  const own = parse(
    renderUserData({
      mirrors: { debian: 'http://mirror.acme.example/debian/' },
      proxy: { https: 'http://proxy.acme.example:3128', noProxy: ['.acme.example'] },
    }),
  ) as { apt: object; write_files: { path: string; content: string }[] };
  expect(own.apt).toEqual({
    primary: [{ arches: ['default'], uri: 'http://mirror.acme.example/debian/' }],
    security: [{ arches: ['default'], uri: 'http://mirror.acme.example/debian-security' }],
    https_proxy: 'http://proxy.acme.example:3128',
  });
  const contentOf = (path: string): string | undefined => own.write_files.find((file) => file.path === path)?.content;
  expect(contentOf('/etc/systemd/system/a2o-.service.d/proxy.conf')).toBe(
    [
      '[Service]',
      'Environment=HTTPS_PROXY=http://proxy.acme.example:3128',
      'Environment=https_proxy=http://proxy.acme.example:3128',
      'Environment=NO_PROXY=localhost,127.0.0.1,.acme.example',
      'Environment=no_proxy=localhost,127.0.0.1,.acme.example',
      '',
    ].join('\n'),
  );
  for (const service of ['bootstrap', 'poll'])
    expect(contentOf(`/etc/systemd/system/a2o-${service}.service.d/no-proxy.conf`)).toBe(
      '[Service]\nUnsetEnvironment=HTTPS_PROXY https_proxy NO_PROXY no_proxy\n',
    );
  expect(contentOf('/etc/containers/containers.conf.d/aws2openstack.conf')).toBe('[containers]\nhttp_proxy = false\n');
});

test('a security archive elsewhere is named by itself', () => {
  const mirrors = { debian: 'http://a.example/debian', debianSecurity: 'http://b.example/security' };
  expect(parse(renderUserData({ mirrors }))).toMatchObject({
    apt: { security: [{ uri: 'http://b.example/security' }] },
  });
});
