export { MgnService } from './mgn-service.js';
export { tellMigrationFactory } from './migration-factory.js';
export type { MigrationFactory } from './migration-factory.js';
