export { grantRoles } from './grant-roles.js';
export { grantStatements } from './grant-statements.js';
export type { RoleMember } from './grant-statements.js';
export { defaultRolePrefix, isRoleKind, isRolePrefix, roleKinds, roleName } from './role-names.js';
