import type { FederatedDatabase, FederatedTable } from '@aws-sdk/client-glue';
import { federatedSystem } from '../../core/federated-source.js';
import type { AssessedDatabase, Federation, Finding } from '../assessment.js';
import { textOrNull } from './parameters.js';

/** Undefined for what Glue itself holds. */
export function federationOf(federated: FederatedDatabase | FederatedTable | undefined): Federation | undefined {
  if (federated === undefined) return undefined;
  return {
    identifier: textOrNull(federated.Identifier),
    connectionName: textOrNull(federated.ConnectionName),
    connectionType: textOrNull(federated.ConnectionType),
  };
}

/** A database of another system holds nothing that a copy of S3 objects moves. */
export function federationFindings(asset: string, federation: AssessedDatabase['federation']): readonly Finding[] {
  if (federation === undefined) return [];
  const system = federatedSystem(federation);
  const where = federation.identifier === null ? '' : ` (${federation.identifier})`;
  return [
    {
      code: 'federated-database',
      severity: 'warning',
      asset,
      message: `The database is in ${system}${where}; Glue only represents it, and it is not migrated.`,
      fix: `Unload its tables from ${system} to S3 and assess them there, or connect Trino to ${system}.`,
    },
  ];
}
