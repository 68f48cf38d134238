/** The three group roles, without the prefix. Source: SPEC, section 5. */
export const roleKinds = ['read_write', 'read_only', 'migration_control'] as const;
export type RoleKind = (typeof roleKinds)[number];

export const defaultRolePrefix = 'aws2openstack';

/** Such as `aws2openstack_read_only`. */
export function roleName(prefix: string, kind: RoleKind): string {
  return `${prefix}_${kind}`;
}

export function isRoleKind(text: string): text is RoleKind {
  return (roleKinds as readonly string[]).includes(text);
}

/** As PostgreSQL accepts it without quotes; the longest name stays within its limit of 63 bytes. */
export function isRolePrefix(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(text) && !text.startsWith('pg_');
}
