import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import { renderProperties } from '../common/render.js';
import { machineScript } from '../machine/index.js';
import type { SecretSource } from '../secrets/index.js';
import { configFolder } from '../service/index.js';
import type { Service } from '../service/index.js';

/** A machine that applies the registration manifest. An operator starts it, because the data must be copied first. */
export interface MigrationRunnerProps {
  /** Such as `https://coordinator:8443`. */
  readonly trinoUrl: string;
  readonly adminPassword: SecretSource;
  /** `container/prefix` of the registration manifest. */
  readonly manifestLocation: string;
}

const runnerRules: readonly Rule<MigrationRunnerProps>[] = [
  {
    code: 'runner-needs-tls',
    holds: ({ trinoUrl }) => trinoUrl.startsWith('https://'),
    message: ({ trinoUrl }) =>
      `The runner would send Trino's password to ${trinoUrl} unencrypted; the URL must start with https://.`,
    fix: 'Set `trinoUrl` to the HTTPS port of the coordinator.',
  },
];

const name = 'migration-runner';

export class MigrationRunner extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: MigrationRunnerProps) {
    super(scope, id);
    requireValid(this, runnerRules, props);
    this.service = {
      name,
      files: {
        'openstack_session.py': machineScript('openstack_session.py'),
        'register.py': readFileSync(new URL('register.py', import.meta.url), 'utf8'),
        'settings.env': renderProperties({ A2O_MANIFEST: props.manifestLocation, TRINO_URL: props.trinoUrl }),
      },
      unit: renderUnit(),
      secrets: { TRINO_ADMIN_PASSWORD: props.adminPassword },
      starts: false,
    };
  }
}

function renderUnit(): string {
  const folder = configFolder(name);
  return [
    '[Unit]',
    'Description=Register the migrated tables in Trino',
    '',
    '[Service]',
    'Type=oneshot',
    `EnvironmentFile=${folder}/settings.env`,
    `EnvironmentFile=/run/aws2openstack/${name}.env`,
    'StateDirectory=aws2openstack/registration',
    `ExecStart=/usr/bin/python3 ${folder}/register.py`,
    'TimeoutStartSec=infinity',
    '',
  ].join('\n');
}
