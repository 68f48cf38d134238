/** Why a database or table of another system cannot move, as a clause; both the assessment and the Plan say it. */
export function federationRefusal({ identifier, connectionName, connectionType }: FederatedSource): string {
  const system = federatedSystem({ identifier, connectionName, connectionType });
  const where = identifier === null ? '' : ` (${identifier})`;
  return `it lives in ${system}${where}, and Glue only represents it; unload it to S3 first, or connect Trino to ${system}`;
}

interface FederatedSource {
  readonly identifier: string | null;
  readonly connectionName: string | null;
  readonly connectionType: string | null;
}

/** The system's name for people, such as `Redshift`. Source: AWS Glue guide, 'Data Catalog federation'. */
export function federatedSystem({ identifier, connectionName, connectionType }: FederatedSource): string {
  const said = [connectionName, identifier].join(' ').toLowerCase();
  if (said.includes('redshift')) return 'Redshift';
  if (said.includes('s3tables')) return 'S3 Tables';
  if (said.includes('dataexchange')) return 'AWS Data Exchange';
  return connectionType ?? connectionName ?? 'another system';
}
