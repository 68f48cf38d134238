/**
 * `pg_hba.conf`: from the network with TLS and a password only, replication for the replicas only. The socket belongs to
 * the container. Source: PostgreSQL 15 documentation, 'The pg_hba.conf File'.
 */
export function renderHba({ isReplicated }: { readonly isReplicated: boolean }): string {
  return [
    'local all all trust',
    'hostssl all all samenet scram-sha-256',
    ...(isReplicated ? ['hostssl replication replicator samenet scram-sha-256'] : []),
    '',
  ].join('\n');
}
