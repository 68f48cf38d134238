import { followPrimary, replicationSettings } from './render-replication.js';

/** Where the container finds the machine's certificate. */
export const certificateMount = '/etc/authority/server.pem';

/** The server's own copy: it reads a key only where nobody else may. */
const certificate = '/var/run/postgresql/server.pem';

/** Of the service, in the container. */
const folder = '/etc/aws2openstack';

/** Of all services; each process of a worker takes up to five. */
const maxConnections = 500;

/**
 * Starts the server in the container, with TLS: the certificate is the machine's, signed by the authority of the
 * lakehouse. Source: PostgreSQL 15 documentation, 'Secure TCP/IP Connections with SSL'.
 */
export function renderStart({ isReplicated }: { readonly isReplicated: boolean }): string {
  const settings = [
    'ssl=on',
    `ssl_cert_file=${certificate}`,
    `ssl_key_file=${certificate}`,
    `hba_file=${folder}/pg_hba.conf`,
    `max_connections=${maxConnections}`,
    ...(isReplicated ? replicationSettings : []),
  ];
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    `install --owner=postgres --mode=600 ${certificateMount} ${certificate}`,
    `${isReplicated ? followPrimary : ''}exec docker-entrypoint.sh postgres \\`,
    settings.map((setting) => `  -c ${setting}`).join(' \\\n'),
    '',
  ].join('\n');
}
