import type { Catalog } from '@aws-sdk/client-glue';
import { federatedSystem } from '../../core/federated-source.js';
import type { Finding } from '../assessment.js';
import { formatCatalogId, parseCatalogId } from '../classification/catalog-id.js';
import { arnPartition } from './failures.js';
import type { GlueFailure } from './failures.js';

interface Place {
  readonly region: string;
  readonly accountId: string | null;
}

/** A finding for each catalog that is not the assessed one, `assessed` (`null` for the account's default catalog). */
export function otherCatalogFindings(
  catalogs: readonly Catalog[],
  assessed: string | null,
  { region, accountId }: Place,
): readonly Finding[] {
  const own = parseCatalogId(assessed).path;
  return catalogs.flatMap((catalog): Finding[] => {
    const { account, path } = parseCatalogId(catalog.CatalogId ?? catalog.ResourceArn ?? catalog.Name);
    // The default catalog has the account's number, or nothing, for a path.
    if (path === own || path === '') return [];
    const id = formatCatalogId({ account: account ?? accountId, path });
    return [
      {
        code: 'catalog-not-assessed',
        severity: 'warning',
        asset: '',
        message: `The catalog ${path} (${kindOf(catalog)}) of this account is not part of this assessment.`,
        fix: `Assess it, too: aws2openstack assess glue-catalog --catalog-id ${id} --region ${region} --output-dir DIR.`,
      },
    ];
  });
}

/** Whether there are other catalogs could not be found out. */
export function otherCatalogsUnknown({ kind, name, message }: GlueFailure, { region, accountId }: Place): Finding {
  const reason = kind === 'denied' ? (message.split('\n')[0] ?? '') : name;
  return {
    code: 'catalogs-not-listed',
    severity: kind === 'denied' ? 'warning' : 'info',
    asset: '',
    message: `Other catalogs of the account (S3 Tables, Redshift, federated) could not be listed: glue:GetCatalogs ${kind === 'denied' || name.endsWith('Exception') ? `failed (${reason})` : 'is not supported by this endpoint'}.`,
    fix: `Grant glue:GetCatalogs on arn:${arnPartition(region)}:glue:${region}:${accountId ?? 'ACCOUNT'}:catalog and :catalog/*; \`aws glue get-catalogs --recursive\` shows whether it works.`,
  };
}

function kindOf({ FederatedCatalog: federated, TargetRedshiftCatalog: redshift }: Catalog): string {
  if (redshift !== undefined) return 'Redshift';
  if (federated === undefined) return 'managed by Glue';
  return federatedSystem({
    identifier: federated.Identifier ?? null,
    connectionName: federated.ConnectionName ?? null,
    connectionType: federated.ConnectionType ?? null,
  });
}
