import { stringify } from 'yaml';
import { machineScript } from '../machine/index.js';

const folder = '/opt/aws2openstack/bootstrap';

/** The facts that machines of a private cloud need before they can fetch anything. Of the mapping's `target`. */
export interface Surroundings {
  /** PEM of authorities that the system trusts besides its own. */
  readonly authorities?: readonly string[] | undefined;
  readonly mirrors?: { readonly debian?: string; readonly debianSecurity?: string } | undefined;
  readonly proxy?:
    { readonly http?: string; readonly https?: string; readonly noProxy?: readonly string[] } | undefined;
}

/**
 * cloud-init user data, identical for every machine and never changed: Nova replaces a server whose user data changes, so
 * values that may change (role, bundle, hash, references to secrets) are in the server's metadata instead. It contains no
 * secrets: the operator, or the cloud's vendor data, puts an application credential that may read the bundle's container
 * and the secrets into `/etc/aws2openstack/clouds.yaml`, and a systemd path unit waits for that file.
 * Source: cloud-init 22.4 (Debian 12), modules apt_configure, ca_certs, write_files and runcmd; systemd.path(5).
 */
export function renderUserData(surroundings: Surroundings = {}): string {
  const files = [
    { path: `${folder}/openstack_session.py`, content: machineScript('openstack_session.py') },
    { path: `${folder}/bootstrap.py`, content: machineScript('bootstrap.py') },
    { path: '/etc/systemd/system/a2o-bootstrap.service', content: bootstrapService },
    { path: '/etc/systemd/system/a2o-bootstrap.path', content: bootstrapPath },
    { path: '/etc/systemd/system/a2o-poll.service', content: pollService },
    { path: '/etc/systemd/system/a2o-poll.timer', content: pollTimer },
    ...proxyFiles(surroundings),
  ];
  const config = {
    ...certificates(surroundings),
    ...archives(surroundings),
    write_files: files.map((file) => ({ ...file, owner: 'root:root', permissions: '0644' })),
    runcmd: [
      ['install', '--directory', '--mode=0700', '/etc/aws2openstack'],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', 'a2o-bootstrap.path', 'a2o-poll.timer'],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function certificates({ authorities = [] }: Surroundings): object {
  return authorities.length === 0 ? {} : { ca_certs: { trusted: [...authorities] } };
}

function archives({ mirrors = {}, proxy = {} }: Surroundings): object {
  const { debian, debianSecurity = debian === undefined ? undefined : `${debian.replace(/\/+$/, '')}-security` } =
    mirrors;
  const mirror = (uri: string): object[] => [{ arches: ['default'], uri }];
  const apt = {
    ...(debian !== undefined && { primary: mirror(debian) }),
    ...(debianSecurity !== undefined && { security: mirror(debianSecurity) }),
    ...(proxy.http !== undefined && { http_proxy: proxy.http }),
    ...(proxy.https !== undefined && { https_proxy: proxy.https }),
  };
  return Object.keys(apt).length === 0 ? {} : { apt };
}

/**
 * For the commands of services that fetch images and drivers. Containers do not inherit it, and neither does the bootstrap:
 * both talk to services of the cloud. Source: systemd.unit(5), on drop-ins of names with a dash; containers.conf(5).
 */
function proxyFiles({ proxy }: Surroundings): { path: string; content: string }[] {
  if (proxy === undefined) return [];
  const values = {
    HTTP_PROXY: proxy.http,
    HTTPS_PROXY: proxy.https,
    NO_PROXY: ['localhost', '127.0.0.1', ...(proxy.noProxy ?? [])].join(','),
  };
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  // curl reads only the small letters of http_proxy.
  const lines = given.flatMap(([name, value]) => [
    `Environment=${name}=${value}`,
    `Environment=${name.toLowerCase()}=${value}`,
  ]);
  const none = ['bootstrap', 'poll'].map((service) => ({
    path: `/etc/systemd/system/a2o-${service}.service.d/no-proxy.conf`,
    content: `[Service]\nUnsetEnvironment=${given.flatMap(([name]) => [name, name.toLowerCase()]).join(' ')}\n`,
  }));
  return [
    { path: '/etc/systemd/system/a2o-.service.d/proxy.conf', content: `[Service]\n${lines.join('\n')}\n` },
    ...none,
    { path: '/etc/containers/containers.conf.d/aws2openstack.conf', content: '[containers]\nhttp_proxy = false\n' },
  ];
}

const bootstrapService = `[Unit]
Description=Fetch and install the aws2openstack config bundle
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/python3 ${folder}/bootstrap.py
Restart=on-failure
RestartSec=30
TimeoutStartSec=1800
`;

const bootstrapPath = `[Unit]
Description=Wait for the application credential

[Path]
PathExists=/etc/aws2openstack/clouds.yaml

[Install]
WantedBy=multi-user.target
`;

/** It also reports the state of the machine: the time of the last report shows whether the machine is alive. */
const pollService = `[Unit]
Description=Take a new aws2openstack config bundle when it is this machine's turn
ConditionPathExists=/etc/aws2openstack/clouds.yaml
After=a2o-bootstrap.service

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 ${folder}/bootstrap.py --poll
TimeoutStartSec=1800
`;

const pollTimer = `[Unit]
Description=Look for a new aws2openstack config bundle every minute

[Timer]
OnBootSec=120
OnUnitInactiveSec=60

[Install]
WantedBy=timers.target
`;
