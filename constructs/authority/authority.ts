import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { renderProperties } from '../common/render.js';
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

const name = 'authority';
const folder = '/var/lib/aws2openstack/authority';

/** On each machine that has the service: the authority's certificate, which clients trust. Everyone may read it. */
export const authorityFile = `${folder}/ca.pem`;

/** The machine's own key and certificate in one PEM file, which only root reads. */
export const certificateFile = `${folder}/server.pem`;

/**
 * The lakehouse's own certificate authority. Machines derive its key from one secret in Barbican, so that each signs its
 * own certificate and all trust the same authority, in whatever order they start or are replaced. The key is in the
 * environment of this service only, which ends once the certificate is written.
 */
export class Authority extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: AuthorityProps) {
    super(scope, id);
    this.service = {
      name,
      files: {
        'issue-certificate.py': readFileSync(new URL('issue-certificate.py', import.meta.url), 'utf8'),
        'settings.env': renderProperties({ AUTHORITY_NAME: props.name }),
      },
      unit: renderUnit(props.hostNames ?? []),
      secrets: { AUTHORITY_KEY: new GeneratedSecret(this, 'Key', { name: `${props.name}-authority` }).source },
      starts: true,
    };
  }
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
