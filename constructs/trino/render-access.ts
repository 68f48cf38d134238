import { compareText } from '../../core/canonical-json.js';
import { globsToRegex } from '../../core/glob.js';
import { metricsUser } from '../../core/metrics-user.js';
import { renderProperties } from '../common/render.js';

/** Who may do what. */
export interface TrinoAccessControl {
  /** Users who may do everything, beside `admin`. */
  readonly admins: readonly string[];
  /** Users by group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** The first that matches a user and a table decides; what none allows is refused. */
  readonly grants: readonly TrinoGrant[];
}

interface TrinoGrant {
  /** The user `*` is everyone. */
  readonly to: { readonly users: readonly string[]; readonly groups: readonly string[] };
  /** Catalogs by name, the others as globs. */
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
/** The user that machines sign in as. */
const machineUser = 'admin';
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

/** The groups' file: `group:user,user` a line. */
export function renderGroups({ groups }: TrinoAccessControl): string {
  return Object.entries(groups)
    .sort(([a], [b]) => compareText(a, b))
    .map(([group, users]) => `${group}:${[...users].sort(compareText).join(',')}\n`)
    .join('');
}

type AccessRule = Readonly<Record<string, unknown>>;

/**
 * `etc/access-rules.json`: every section is written, because a missing one grants; in each the first rule that matches
 * decides, and none refuses. Names are regular expressions, matched as a whole.
 * Source: Trino 476 documentation, 'File-based access control'.
 */
export function renderAccessRules({ admins, grants }: TrinoAccessControl, catalogs: readonly string[]): string {
  const admin = { user: alternatives([...new Set([machineUser, ...admins])].sort(compareText)) };
  const metrics = { user: metricsUser };
  const rules = {
    authorization: [{ original_user: admin.user, new_user: '.*' }],
    catalog_session_properties: [{ ...admin, allow: true }],
    catalogs: [{ ...admin, allow: 'all' }, { ...metrics, allow: 'none' }, ...catalogRules(grants, catalogs)],
    functions: [{ ...admin, privileges: ['EXECUTE', 'GRANT_EXECUTE', 'OWNERSHIP'] }],
    impersonation: [],
    procedures: [{ ...admin, privileges: ['EXECUTE', 'GRANT_EXECUTE'] }],
    // Everyone may see and stop what is their own.
    queries: [{ ...admin, allow: ['execute', 'kill', 'view'] }, { allow: ['execute'] }],
    schemas: [
      { ...admin, owner: true },
      { ...metrics, owner: false },
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
      ...grants.flatMap((grant) => tableRules(grant, catalogs)),
      // What drivers list catalogs, schemas and tables from; it shows what a user may see.
      { catalog: 'system', schema: 'jdbc', privileges: ['SELECT'] },
    ],
  };
  return `${JSON.stringify(rules, null, 2)}\n`;
}

/**
 * `etc/access-rules.json` of a worker, which asks for a name and no password: figures are told, and nothing else is
 * anybody's. Other nodes come by their secret, and are not asked.
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

/** They say only whether a catalog can be opened, and to write, so that all grants count: writers come first. */
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

/** Who owns every table of a schema owns the schema, and may drop it with all that is in it. */
function schemaRules(grant: TrinoGrant, catalogs: readonly string[]): AccessRule[] {
  const owns = grant.privileges.includes('OWNERSHIP');
  const isForAll = grant.on.tables.includes('*');
  // Whether the other tables are owned, too, is for later grants to say.
  if (owns && !isForAll) return [];
  return principalsOf(grant).map((who) => ({ ...who, ...catalogOf(grant, catalogs), ...schemaOf(grant), owner: owns }));
}

function tableRules(grant: TrinoGrant, catalogs: readonly string[]): AccessRule[] {
  const { on, privileges, hide, mask, rows } = grant;
  const columns = [
    ...hide.map((name) => ({ name, allow: false })),
    ...Object.entries(mask).map(([name, expression]) => ({ name, mask: expression })),
  ].sort((a, b) => compareText(a.name, b.name));
  const isForAll = on.tables.includes('*');
  const isNarrow = columns.length > 0 || rows !== null || (privileges.length === 0 && !isForAll);
  return principalsOf(grant).flatMap((who) => {
    const where = { ...who, ...catalogOf(grant, catalogs), ...schemaOf(grant) };
    return [
      ...(isNarrow ? [{ ...where, table: metadataOf(on.tables), privileges: [] }] : []),
      {
        ...where,
        ...(!isForAll && { table: globsToRegex(on.tables) }),
        privileges,
        ...(columns.length > 0 && { columns }),
        ...(rows !== null && { filter: rows }),
      },
    ];
  });
}

/**
 * `orders$files`, `orders$partitions` and the like, which have names of their own: they show values of every column, and a
 * wider grant further down would open what this one closes. Source: Trino 476 documentation, 'Metadata tables'.
 */
function metadataOf(tables: readonly string[]): string {
  return globsToRegex(tables.map((table) => `${table}$*`));
}

/** A rule with a user and a group is for users who are in the group; a grant is for either, so it takes two. */
function principalsOf({ to: { users, groups } }: TrinoGrant): AccessRule[] {
  if (users.includes('*')) return [{}];
  return [
    ...(users.length > 0 ? [{ user: alternatives(users) }] : []),
    ...(groups.length > 0 ? [{ group: alternatives(groups) }] : []),
  ];
}

/** Written even for all of them: `system` is none of them. */
function catalogOf({ on }: TrinoGrant, catalogs: readonly string[]): AccessRule {
  return { catalog: alternatives(on.catalogs.filter((catalog) => catalogs.includes(catalog))) };
}

function schemaOf({ on }: TrinoGrant): AccessRule {
  return on.schemas.includes('*') ? {} : { schema: globsToRegex(on.schemas) };
}

/** These names and no others, in the case that they have. */
function alternatives(names: readonly string[]): string {
  return names.map((name) => name.replace(/[^\p{L}\p{N}_]/gu, '\\$&')).join('|');
}
