export { grantRoles } from './grant-roles.js';
export type { RoleMember } from './grant-statements.js';
export { roleKinds, roleName } from './role-names.js';
