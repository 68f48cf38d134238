import { compareText } from '../../core/canonical-json.js';
import { globsToRegex } from '../../core/glob.js';
import { rawSuffix, stagingPrefix } from '../../core/helper-tables.js';
import { metricsUser } from '../../core/machine-users.js';
import { renderProperties } from '../common/render.js';
import { migrationRules } from './migration-rules.js';
import { exactly } from './name-patterns.js';

/** Administrators, groups and grants. */
export interface TrinoAccessControl {
  /** Users who may do everything, in addition to `admin`. */
  readonly admins: readonly string[];
  /** Users by group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The first that matches a user and a table decides; without a match, access is refused. */
  readonly grants: readonly TrinoGrant[];
}

interface TrinoGrant {
  /** The user `*` is everyone. */
  readonly to: { readonly users: readonly string[]; readonly groups: readonly string[] };
  /** Catalogs by name, schemas and tables as globs. */
  readonly on: {
    readonly catalogs: readonly string[];
    readonly schemas: readonly string[];
    readonly tables: readonly string[];
  };
  readonly privileges: readonly string[];
  readonly hide: readonly string[];
  readonly mask: Readonly<Record<string, string>>;
  readonly rows: string | null;
}

const folder = '/etc/trino';
const refreshPeriod = '30s';
/** Its password is known to the operator. */
const firstAdmin = 'admin';
const readingPrivileges = ['SELECT', 'GRANT_SELECT'];
const everyPrivilege = ['SELECT', 'INSERT', 'DELETE', 'UPDATE', 'OWNERSHIP', 'GRANT_SELECT'];

/** `etc/access-control.properties`. Source: Trino 476 documentation, 'File-based access control'. */
export function renderAccessControl(): string {
  return renderProperties({
    'access-control.name': 'file',
    'security.config-file': `${folder}/access-rules.json`,
    'security.refresh-period': refreshPeriod,
  });
}

/** `etc/group-provider.properties`. Source: Trino 476 documentation, 'File group provider'. */
export function renderGroupProvider(): string {
  return renderProperties({
    'file.group-file': `${folder}/groups.txt`,
    'file.refresh-period': refreshPeriod,
    'group-provider.name': 'file',
  });
}

/** The file of groups: one `group:user,user` per line. */
export function renderGroups({ groups }: TrinoAccessControl): string {
  return Object.entries(groups)
    .sort(([a], [b]) => compareText(a, b))
    .map(([group, users]) => `${group}:${[...users].sort(compareText).join(',')}\n`)
    .join('');
}

type AccessRule = Readonly<Record<string, unknown>>;

/**
 * `etc/access-rules.json`: every section is written, because a missing section grants access; in each section the first
 * matching rule decides, and without one access is refused. Names are regular expressions that match the full name.
 * Source: Trino 476 documentation, 'File-based access control'.
 */
export function renderAccessRules({ admins, grants }: TrinoAccessControl, catalogs: readonly string[]): string {
  const admin = { user: exactly([...new Set([firstAdmin, ...admins])].sort(compareText)) };
  const metrics = { user: metricsUser };
  const migration = migrationRules(catalogs);
  const rules = {
    authorization: [{ original_user: admin.user, new_user: '.*' }],
    catalog_session_properties: [{ ...admin, allow: true }],
    catalogs: [
      { ...admin, allow: 'all' },
      { ...metrics, allow: 'none' },
      ...migration.catalogs,
      ...catalogRules(grants, catalogs),
    ],
    functions: [{ ...admin, privileges: ['EXECUTE', 'GRANT_EXECUTE', 'OWNERSHIP'] }],
    impersonation: [],
    procedures: [{ ...admin, privileges: ['EXECUTE', 'GRANT_EXECUTE'] }, ...migration.procedures],
    // Users may view and stop their own queries.
    queries: [{ ...admin, allow: ['execute', 'kill', 'view'] }, { allow: ['execute'] }],
    schemas: [
      { ...admin, owner: true },
      { ...metrics, owner: false },
      ...migration.schemas,
      { schema: helperSchemas, owner: false },
      ...grants.flatMap((grant) => schemaRules(grant, catalogs)),
    ],
    system_information: [
      { ...admin, allow: ['read', 'write'] },
      { ...metrics, allow: ['read'] },
    ],
    system_session_properties: [{ ...admin, allow: true }],
    tables: [
      { ...admin, privileges: everyPrivilege },
      { ...metrics, privileges: [] },
      ...migration.tables,
      { schema: helperSchemas, privileges: [] },
      { table: tablesRegex([`*${rawSuffix}`], withMetadata), privileges: [] },
      ...grants.flatMap((grant) => tableRules(grant, catalogs)),
      // Drivers list catalogs, schemas and tables from it; it shows only what a user may see.
      { catalog: 'system', schema: 'jdbc', privileges: ['SELECT'] },
    ],
  };
  return `${JSON.stringify(rules, null, 2)}\n`;
}

/**
 * `etc/access-rules.json` of a worker, which requires a user name without a password: it allows only metrics. Other nodes
 * authenticate with the shared secret, and these rules do not apply to them.
 */
export function renderWorkerAccessRules(): string {
  const sections = [
    'authorization',
    'catalog_session_properties',
    'catalogs',
    'functions',
    'impersonation',
    'procedures',
    'queries',
    'schemas',
    'system_session_properties',
    'tables',
  ];
  const rules = {
    ...Object.fromEntries(sections.map((section) => [section, []])),
    system_information: [{ user: metricsUser, allow: ['read'] }],
  };
  return `${JSON.stringify(rules, null, 2)}\n`;
}

/**
 * Helper tables hold every column of the tables that they stand for, so that no grant opens them. Their names are reserved:
 * those of an earlier mapping are closed, too.
 */
const helperSchemas = globsToRegex([`${stagingPrefix}*`]);

/** They say only whether a catalog can be read or written, so that all grants count: writers come first. */
function catalogRules(grants: readonly TrinoGrant[], catalogs: readonly string[]): AccessRule[] {
  const rulesFor = (wanted: readonly TrinoGrant[], allow: string): AccessRule[] =>
    wanted.flatMap((grant) => principalsOf(grant).map((who) => ({ ...who, ...catalogOf(grant, catalogs), allow })));
  const writes = ({ privileges }: TrinoGrant): boolean => privileges.some((word) => !readingPrivileges.includes(word));
  const allowing = grants.filter(({ privileges }) => privileges.length > 0);
  return [
    ...rulesFor(allowing.filter(writes), 'all'),
    ...rulesFor(
      allowing.filter((grant) => !writes(grant)),
      'read-only',
    ),
    { catalog: 'system', allow: 'read-only' },
    { allow: 'none' },
  ];
}

/** A user who owns every table of a schema owns the schema, and may drop it with its contents. */
function schemaRules(grant: TrinoGrant, catalogs: readonly string[]): AccessRule[] {
  const owns = grant.privileges.includes('OWNERSHIP');
  const isForAll = grant.on.tables.includes('*');
  // Later grants decide whether the other tables are owned, too.
  if (owns && !isForAll) return [];
  return principalsOf(grant).map((who) => ({ ...who, ...catalogOf(grant, catalogs), ...schemaOf(grant), owner: owns }));
}

function tableRules(grant: TrinoGrant, catalogs: readonly string[]): AccessRule[] {
  const { on, privileges, hide, mask, rows } = grant;
  const narrowed = [
    ...hide.map((name) => ({ name, allow: false })),
    ...Object.entries(mask).map(([name, expression]) => ({ name, mask: expression })),
  ];
  const columns = [
    ...narrowed,
    ...(narrowed.length > 0 ? fileColumns.map((name) => ({ name, allow: false })) : []),
  ].sort((a, b) => compareText(a.name, b.name));
  const isForAll = on.tables.includes('*');
  const isNarrow = columns.length > 0 || rows !== null || (privileges.length === 0 && !isForAll);
  return principalsOf(grant).flatMap((who) => {
    const where = { ...who, ...catalogOf(grant, catalogs), ...schemaOf(grant) };
    return [
      ...(isNarrow ? [{ ...where, table: tablesRegex(on.tables, metadataSuffix), privileges: [] }] : []),
      {
        ...where,
        ...(!isForAll && { table: tablesRegex(on.tables, isNarrow ? '' : withMetadata) }),
        privileges,
        ...(columns.length > 0 && { columns }),
        ...(rows !== null && { filter: rows }),
      },
    ];
  });
}

/**
 * Columns of every table that are not listed: the folder of a file names the values of partition keys, and a bucket tells
 * the hash of a value. Source: Trino 476 documentation, Hive and Iceberg connectors.
 */
const fileColumns = ['$bucket', '$partition', '$path'];

/**
 * `orders$files`, `orders$partitions` and the like have separate names: they show values of every column, and a wider
 * grant further down would allow what this one denies. Source: Trino 476 documentation, 'Metadata tables'.
 */
const metadataSuffix = '\\$.*';
const withMetadata = '(?:\\$.*)?';

/** A wildcard does not reach into the suffix: `*files` is not about `orders$files`, which belongs to `orders`. */
function tablesRegex(tables: readonly string[], suffix: string): string {
  const regex = globsToRegex(tables, { never: '$' });
  return suffix === '' ? regex : `(?s)(?:${regex})${suffix}`;
}

/** A rule with a user and a group applies to users in the group; a grant applies to either, so it needs two rules. */
function principalsOf({ to: { users, groups } }: TrinoGrant): AccessRule[] {
  if (users.includes('*')) return [{}];
  return [
    ...(users.length > 0 ? [{ user: exactly(users) }] : []),
    ...(groups.length > 0 ? [{ group: exactly(groups) }] : []),
  ];
}

/** Written even for all catalogs, because `system` is not one of them. */
function catalogOf({ on }: TrinoGrant, catalogs: readonly string[]): AccessRule {
  return { catalog: exactly(on.catalogs.filter((catalog) => catalogs.includes(catalog))) };
}

function schemaOf({ on }: TrinoGrant): AccessRule {
  return on.schemas.includes('*') ? {} : { schema: globsToRegex(on.schemas) };
}
