import { stringify } from 'yaml';
import { machineScript } from '../machine/index.js';

const folder = '/opt/aws2openstack/bootstrap';

/**
 * cloud-init user data, identical for every machine and never changed: Nova replaces a server whose user data changes, so
 * values that may change (role, bundle, hash, references to secrets) are in the server's metadata instead. It contains no
 * secrets: the operator, or the cloud's vendor data, puts an application credential that may read the bundle's container
 * and the secrets into `/etc/aws2openstack/clouds.yaml`, and a systemd path unit waits for that file.
 * Source: cloud-init 22.4 (Debian 12), modules write_files and runcmd; systemd.path(5).
 */
export function renderUserData(): string {
  const files = [
    { path: `${folder}/openstack_session.py`, content: machineScript('openstack_session.py') },
    { path: `${folder}/bootstrap.py`, content: machineScript('bootstrap.py') },
    { path: '/etc/systemd/system/a2o-bootstrap.service', content: bootstrapService },
    { path: '/etc/systemd/system/a2o-bootstrap.path', content: bootstrapPath },
    { path: '/etc/systemd/system/a2o-poll.service', content: pollService },
    { path: '/etc/systemd/system/a2o-poll.timer', content: pollTimer },
  ];
  const config = {
    write_files: files.map((file) => ({ ...file, owner: 'root:root', permissions: '0644' })),
    runcmd: [
      ['install', '--directory', '--mode=0700', '/etc/aws2openstack'],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', 'a2o-bootstrap.path', 'a2o-poll.timer'],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
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
