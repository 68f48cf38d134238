import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { isHelperSchema, isHelperTable } from '../../core/helper-tables.js';
import { machineTaskOf } from '../../core/machine-users.js';
import { readExpression } from '../../registration/index.js';
import type { Condition, Grant, Target } from '../template.js';
import { suggestion } from './schema-diagnostics.js';
import { WideConditions } from './wide-conditions.js';

/** Checks that a JSON Schema cannot express: grants name existing groups and catalogs, and each can apply to something. */
export function checkGrants(grants: readonly Grant[], target: Target): Diagnostic[] {
  // A child is meant to override its parent, so only grants of the same template are compared.
  const earlierIn = new Map<string, Earlier>();
  return grants.flatMap((grant) => {
    const earlier = earlierIn.get(grant.origin.file) ?? { byName: new Map(), covering: new WideConditions() };
    earlierIn.set(grant.origin.file, earlier);
    const problems = [
      ...checkUsers(grant),
      ...checkGroups(grant, target),
      ...checkCatalogs(grant, target),
      ...checkHelperNames(grant),
      ...checkColumns(grant),
      ...checkExpressions(grant),
      ...checkName(grant, earlier),
      ...checkReach(grant, earlier),
    ];
    if (!earlier.byName.has(grant.name)) earlier.byName.set(grant.name, grant);
    earlier.covering.add(tablesOf(grant), grant);
    return problems;
  });
}

interface Earlier {
  readonly byName: Map<string, Grant>;
  readonly covering: WideConditions<Grant>;
}

function checkUsers(grant: Grant): Diagnostic[] {
  return grant.to.users.flatMap((user) => {
    const task = machineTaskOf(user);
    if (task !== undefined) {
      const what = `is for '${user}', the user that ${task} and may do nothing else.`;
      return [grantProblem(grant, 'bad-grant', what, 'Name other users under `to.user`.')];
    }
    // Schemas and tables are globs, so people expect users to be globs, too.
    if (user === '*' || !user.includes('*')) return [];
    const what = `is for '${user}', which is taken literally: the only wildcard for users is '*' alone, for everyone.`;
    const fix = 'Put these users into a group under target.access.groups, and name the group under `to.group`.';
    return [grantProblem(grant, 'bad-grant', what, fix)];
  });
}

function checkGroups(grant: Grant, { access: { groups } }: Target): Diagnostic[] {
  const known = Object.keys(groups);
  return grant.to.groups
    .filter((group) => !known.includes(group))
    .map((group) =>
      grantProblem(
        grant,
        'unknown-group',
        `is for the group '${group}', which is not in target.access.groups. Allowed: ${known.join(', ') || 'none'}.`,
        suggestion(group, known) ?? `Add it: target: { access: { groups: { ${group}: [<users>] } } }.`,
      ),
    );
}

function checkCatalogs(grant: Grant, { catalogs }: Target): Diagnostic[] {
  if (grant.on.catalogs.length > 0) return [];
  const known = Object.keys(catalogs).join(', ');
  return [
    grantProblem(
      grant,
      'unknown-catalog',
      `has an 'on.catalog' that matches none of target.catalogs: ${known}.`,
      'Set `on.catalog` to a name in target.catalogs, or leave it out to match all of them.',
    ),
  ];
}

/** No grant reaches helper tables: the rules of Trino's file that close them come first. */
function checkHelperNames(grant: Grant): Diagnostic[] {
  const { schemas, tables } = grant.on;
  const schema = schemas.find((glob) => isHelperSchema(glob.toLowerCase()));
  const table = tables.find((glob) => isHelperTable('', glob.toLowerCase()));
  const names = [
    schema === undefined ? [] : `the schema '${schema}'`,
    table === undefined ? [] : `the table '${table}'`,
  ];
  return names
    .flat()
    .map((name) =>
      grantProblem(
        grant,
        'grant-never-matches',
        `can never apply to ${name}: the migration's own tables are closed to everybody but administrators.`,
        'Name the table that it stands for, without the helper table.',
      ),
    );
}

function checkExpressions(grant: Grant): Diagnostic[] {
  const masks = Object.entries(grant.mask).map(([column, sql]) => [`the mask of '${column}'`, sql] as const);
  const rows = grant.rows === null ? [] : [['the condition `rows`', grant.rows] as const];
  return [...masks, ...rows].flatMap(([what, sql]) => {
    const read = readExpression(sql);
    return read.ok
      ? []
      : [
          grantProblem(
            grant,
            'bad-grant',
            `has SQL in ${what} that Trino would reject, and every query of these tables would fail: ${read.error}.`,
            "Write a Trino expression over the table's columns.",
          ),
        ];
  });
}

function checkColumns(grant: Grant): Diagnostic[] {
  const { hide, mask, rows, privileges } = grant;
  // Trino's column names are lower case.
  const names = [...hide, ...Object.keys(mask)].map((column) => column.toLowerCase());
  const both = new Set(names.filter((column, index) => names.indexOf(column) < index));
  const narrows = hide.length > 0 || Object.keys(mask).length > 0 || rows !== null;
  return [
    ...[...both].map((column) =>
      grantProblem(
        grant,
        'bad-grant',
        `hides or masks the column '${column}' twice.`,
        'Keep the column once, under `hide` or under `mask`.',
      ),
    ),
    ...(narrows && privileges.length === 0
      ? [
          grantProblem(
            grant,
            'bad-grant',
            'refuses everything, so its `columns` and `rows` have no effect.',
            'Remove `columns` and `rows`, or add SELECT to `privileges`.',
          ),
        ]
      : []),
  ];
}

function checkName(grant: Grant, { byName }: Earlier): Diagnostic[] {
  const same = byName.get(grant.name);
  if (same === undefined) return [];
  return [
    grantProblem(
      grant,
      'duplicate-grant-name',
      `has the same name as the grant on line ${same.origin.line}.`,
      'Give each grant a unique `name`: errors refer to it.',
    ),
  ];
}

function checkReach(grant: Grant, { covering }: Earlier): Diagnostic[] {
  const hiding = covering.firstImpliedBy(tablesOf(grant), (other) => coversPrincipals(other, grant));
  if (hiding === undefined) return [];
  return [
    grantProblem(
      grant,
      'grant-never-matches',
      `can never apply: the grant '${hiding.name}' (line ${hiding.origin.line}) comes first and matches all users and tables that this one matches.`,
      'Move it above that grant, narrow that grant, or remove this one.',
    ),
  ];
}

function tablesOf({ on: { schemas, tables } }: Grant): Condition {
  return { database: schemas, table: tables };
}

function coversPrincipals(wide: Grant, narrow: Grant): boolean {
  const everyone = wide.to.users.includes('*');
  return (
    (everyone || narrow.to.users.every((user) => wide.to.users.includes(user))) &&
    (everyone || narrow.to.groups.every((group) => wide.to.groups.includes(group))) &&
    narrow.on.catalogs.every((catalog) => wide.on.catalogs.includes(catalog))
  );
}

/** A problem of a grant, with its position. */
export function grantProblem(
  { name, origin }: Grant,
  code: string,
  what: string,
  fix: string,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  const { file, line, column } = origin;
  return diagnostic({
    code,
    severity,
    path: `grant '${name}'`,
    message: `The grant '${name}' ${what}`,
    fix,
    at: { file, line, ...(column === undefined ? {} : { column }) },
  });
}
