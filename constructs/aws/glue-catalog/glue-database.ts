import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database/index.js';
import type { TerraformCount } from 'cdktf';
import { Construct } from 'constructs';

/** A database of the account's Glue Data Catalog. Source: AWS Glue API, `CreateDatabase`. */
export interface GlueDatabaseProps {
  readonly name: string;
  readonly description: string;
  /** Such as `s3://bucket/analytics/`. */
  readonly location: string;
  /** Identify the owner of the database: unlike tags, they are created with it in one call. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @default one database */
  readonly count?: TerraformCount;
}

export class GlueDatabase extends Construct {
  readonly resource: GlueCatalogDatabase;

  constructor(scope: Construct, id: string, { name, description, location, parameters, count }: GlueDatabaseProps) {
    super(scope, id);
    this.resource = new GlueCatalogDatabase(this, 'Resource', {
      name,
      description,
      locationUri: location,
      parameters,
      ...(count && { count }),
    });
  }
}
