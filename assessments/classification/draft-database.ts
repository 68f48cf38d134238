import type { Database } from '@aws-sdk/client-glue';
import type { AssessedDatabase } from '../assessment.js';
import { federationOf } from './federation.js';
import { textMap, textOrNull } from './parameters.js';

/** The content of one GetDatabases entry. Its tables, its tags and the target of its link are added later. */
export function draftDatabase(database: Database): AssessedDatabase {
  const target = database.TargetDatabase;
  const federation = federationOf(database.FederatedDatabase);
  return {
    name: database.Name ?? '',
    description: textOrNull(database.Description),
    locationUri: textOrNull(database.LocationUri),
    tableCount: null,
    parameters: textMap(database.Parameters),
    tags: null,
    link:
      target === undefined
        ? null
        : {
            targetCatalog: textOrNull(target.CatalogId),
            ...targetRegion(target),
            targetDatabase: target.DatabaseName ?? '',
            targetTable: null,
            state: 'unreadable',
            resolvedTo: null,
          },
    ...(federation === undefined ? {} : { federation }),
  };
}

/** Absent where Glue names none: the link stays in its own Region. */
export function targetRegion({ Region }: { readonly Region?: string | undefined }): { readonly targetRegion?: string } {
  return Region === undefined || Region === '' ? {} : { targetRegion: Region };
}
