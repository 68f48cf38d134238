export { MgnService } from './mgn-service.js';
export { tellMigrationFactory } from './migration-factory.js';
