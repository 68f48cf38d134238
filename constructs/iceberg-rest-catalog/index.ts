export { catalogMetrics, IcebergRestCatalog } from './iceberg-rest-catalog.js';
export type { CatalogAccess } from './iceberg-rest-catalog.js';
