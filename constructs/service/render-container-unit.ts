import { compareText } from '../../core/canonical-json.js';
import type { ContainerServiceProps } from './service.js';

/**
 * `a2o-<name>.service`. It has no [Install] section: the bundle's `install` starts it at every boot, after fetching the
 * secrets into memory. Source: systemd.service(5), podman-run(1) of Debian 12.
 */
export function renderContainerUnit(props: ContainerServiceProps): string {
  const {
    name,
    description,
    image,
    args = [],
    options = [],
    mounts = {},
    before = [],
    after = [],
    follows = [],
  } = props;
  const container = `a2o-${name}`;
  const run = [
    `/usr/bin/podman run --rm --name ${container} --network host --log-driver journald`,
    `--env-file /etc/aws2openstack/${name}/settings.env`,
    `--env-file /run/aws2openstack/${name}.env`,
    ...options,
    ...renderVolumes(mounts),
    [image, ...args].join(' '),
  ];
  const units = ['network-online.target', ...follows.map((other) => `a2o-${other}.service`)].join(' ');
  return [
    '[Unit]',
    `Description=${description}`,
    `After=${units}`,
    'Wants=network-online.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `EnvironmentFile=/run/aws2openstack/${name}.env`,
    `ExecStartPre=-/usr/bin/podman rm --force --ignore ${container}`,
    ...before.map((command) => `ExecStartPre=${command}`),
    `ExecStart=${run.join(' \\\n  ')}`,
    ...after.map((command) => `ExecStartPost=${command}`),
    `ExecStop=/usr/bin/podman stop --ignore --time 60 ${container}`,
    'Restart=always',
    'RestartSec=10',
    'TimeoutStartSec=900',
    '',
  ].join('\n');
}

export function renderVolumes(mounts: Readonly<Record<string, string>>): string[] {
  return Object.entries(mounts)
    .sort(([a], [b]) => compareText(a, b))
    .map(([from, to]) => `--volume ${from}:${to}`);
}
