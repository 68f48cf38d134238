import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { renderProperties } from '../common/render.js';
import { machineScript } from '../machine/index.js';
import { GeneratedSecret } from '../secrets/index.js';
import { configFolder } from '../service/index.js';
import type { Service } from '../service/index.js';

export interface AuthorityProps {
  /** Name of the lakehouse: prefix of the secret's name, and the authority's own name. */
  readonly name: string;
  /**
   * Names for which the certificates are besides the machines' own.
   * @default none
   */
  readonly hostNames?: readonly string[];
}

const [name, publication] = ['authority', 'authority-publication'];
/** In the order in which they start, on each machine that needs the authority. */
export const authorityServices: readonly string[] = [name, publication];
const folder = '/var/lib/aws2openstack/authority';

/** Where containers find the authority's certificate, which clients trust. Everyone may read it. */
export const authorityMount = '/etc/authority/ca.pem';

/** How a container of a machine that has the service gets it. */
export const authorityMounts = { [`${folder}/ca.pem`]: `${authorityMount}:ro` };

/** The machine's own key and certificate in one PEM file, which only root reads. */
export const certificateFile = `${folder}/server.pem`;

/**
 * The lakehouse's own certificate authority. Machines derive its key from one secret in Barbican, so that each signs its
 * own certificate and all trust the same authority, in whatever order they start or are replaced. The key is in the
 * environment of this service only, which ends once the certificate is written.
 */
export class Authority extends Construct {
  /** The first signs the machine's certificate, the second publishes the authority's. */
  readonly services: readonly Service[];

  constructor(scope: Construct, id: string, props: AuthorityProps) {
    super(scope, id);
    const signing: Service = {
      name,
      files: {
        'issue-certificate.py': readFileSync(new URL('issue-certificate.py', import.meta.url), 'utf8'),
        'settings.env': renderProperties({ AUTHORITY_NAME: props.name }),
      },
      unit: renderUnit(props.hostNames ?? []),
      secrets: { AUTHORITY_KEY: new GeneratedSecret(this, 'Key', { name: `${props.name}-authority` }).source },
      starts: true,
    };
    this.services = [signing, publishing()];
  }
}

/** A service of its own: no other waits for the object store because of it. */
function publishing(): Service {
  return {
    name: publication,
    files: {
      'openstack_session.py': machineScript('openstack_session.py'),
      'publish-certificate.py': readFileSync(new URL('publish-certificate.py', import.meta.url), 'utf8'),
    },
    unit: [
      '[Unit]',
      'Description=Certificate of the authority of the lakehouse, published for its users',
      `After=network-online.target a2o-trust.service a2o-${name}.service`,
      'Wants=network-online.target',
      'StartLimitIntervalSec=0',
      '',
      '[Service]',
      'Type=oneshot',
      'RemainAfterExit=yes',
      `ExecStart=/usr/bin/python3 ${configFolder(publication)}/publish-certificate.py ${folder}/ca.pem`,
      'Restart=on-failure',
      'RestartSec=60',
      'TimeoutStartSec=600',
      '',
    ].join('\n'),
    secrets: {},
    starts: true,
  };
}

function renderUnit(hostNames: readonly string[]): string {
  return [
    '[Unit]',
    'Description=Certificate of this machine, signed by the authority of the lakehouse',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `EnvironmentFile=${configFolder(name)}/settings.env`,
    `EnvironmentFile=/run/aws2openstack/${name}.env`,
    `ExecStart=/usr/bin/python3 ${[`${configFolder(name)}/issue-certificate.py`, folder, ...hostNames].join(' ')}`,
    'PrivateTmp=yes',
    '',
  ].join('\n');
}
