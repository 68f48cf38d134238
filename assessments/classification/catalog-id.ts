/** A Glue catalog: an account, and the catalog's path within it. */
export interface CatalogId {
  /** 12 digits; `null` when the id does not say. */
  readonly account: string | null;
  /** Such as `s3tablescatalog/lake`; empty for the account's default catalog. */
  readonly path: string;
}

/**
 * Reads `123456789012`, `123456789012:s3tablescatalog/lake`, `s3tablescatalog/lake` and the ARN of a catalog.
 * Source: AWS Glue web API reference, `CatalogId`; AWS Lake Formation guide, 'Catalog ARNs'.
 */
export function parseCatalogId(id: string | null | undefined): CatalogId {
  const text = id ?? '';
  const arn = /^arn:[^:]*:glue:[^:]*:(\d{12}):catalog(?:\/(.*))?$/s.exec(text);
  if (arn !== null) return { account: arn[1] ?? null, path: arn[2] ?? '' };
  const [, account, path] = /^(?:(\d{12})(?::|$))?(.*)$/s.exec(text) ?? [];
  return { account: account ?? null, path: path ?? '' };
}

/** As `--catalog-id` takes it. */
export function formatCatalogId({ account, path }: CatalogId): string {
  return [account, path].filter((part) => part !== null && part !== '').join(':');
}
