import { printable } from '../../core/diagnostic.js';
import type { RoleMember, StoreStatus } from '../../state/index.js';
import type { FolderChoice } from '../../state/store/location.js';
import { roleKinds, roleName } from '../../state/roles/role-names.js';
import { alignColumns } from '../text-table.js';

export type PlaceChoice = FolderChoice | 'DATABASE_URL';

const choices: Readonly<Record<PlaceChoice, string>> = {
  DATABASE_URL: 'DATABASE_URL names it',
  A2O_STATE_DIR: 'A2O_STATE_DIR names it',
  project: 'found in this folder or above it; a new store would be in the home folder (XDG_STATE_HOME)',
  XDG_STATE_HOME: 'the same from every folder; A2O_STATE_DIR or XDG_STATE_HOME names another',
};

/** For people. */
export function describeStatus(status: StoreStatus & { readonly chosenBy: PlaceChoice }): string {
  const { chosenBy, engine, place, serverVersion, user, sizeBytes, rows, queues, roles } = status;
  const lines = [
    `Store  ${printable(place)}`,
    `  engine   ${engine === 'embedded' ? 'embedded (one process at a time)' : 'PostgreSQL server'}`,
    `  place    ${choices[chosenBy]}`,
    ...(serverVersion === null ? [] : [`  version  PostgreSQL ${serverVersion}, as ${user ?? ''}`]),
    `  schema   ${schemaText(status)}`,
    `  size     ${(sizeBytes / 1_000_000).toFixed(1)} MB`,
    ...(engine === 'embedded'
      ? []
      : [`  roles    ${roles.length === 0 ? 'none (aws2openstack state grant)' : roles.join(', ')}`]),
  ];
  if (Object.keys(rows).length > 0)
    lines.push(
      'Rows',
      alignColumns(
        Object.entries(rows).map(([table, count]) => [table, countText(count)]),
        1,
      ),
    );
  if (queues !== null)
    lines.push(
      'Queues',
      alignColumns(
        Object.entries(queues).map(([queue, states]) => [printable(queue), stateText(states)]),
        2,
      ),
    );
  return `${lines.join('\n')}\n`;
}

export interface UpgradePreview {
  readonly place: string;
  readonly engine: 'embedded' | 'server';
  readonly pending: readonly { readonly name: string; readonly summary: string }[];
  /** The versions applied before, oldest first. */
  readonly before: readonly string[];
}

/** For people: what `state migrate` would do, and how to be able to go back. */
export function describePreview({ place, engine, pending, before }: UpgradePreview): string {
  const where = printable(place);
  if (pending.length === 0) return `${where}: up to date (${before.at(-1) ?? ''})\n`;
  if (before.length === 0) return `${where}: would be created (${pending.at(-1)?.name ?? ''})\n`;
  const backUp =
    engine === 'embedded'
      ? `cp -a ${where} ${where}.backup (while no command uses it)`
      : 'pg_dump --format custom --file store.dump "$DATABASE_URL"';
  return [
    `${where}: ${pending.length} migrations would be applied, in one transaction`,
    alignColumns(
      pending.map(({ name, summary }) => [name, summary]),
      2,
    ),
    describeOneWay(where, pending.length).trimEnd(),
    'Before it:',
    '  Stop workers and dashboards of the older version; jobs that are under way go on where they were.',
    `  To be able to go back, keep a copy: ${backUp}`,
    '',
  ].join('\n');
}

/** For people, before an existing store is upgraded. */
export function describeOneWay(place: string, migrations: number): string {
  return `${printable(place)}: ${migrations === 1 ? 'the migration' : `the ${migrations} migrations`} cannot be undone; older versions of aws2openstack refuse the store afterwards.\n`;
}

export interface MigrationDone {
  readonly place: string;
  readonly applied: readonly string[];
  /** The versions applied before, oldest first. */
  readonly before: readonly string[];
}

/** For people. */
export function describeMigration({ place, applied, before }: MigrationDone): string {
  return applied.length === 0
    ? `${place}: up to date (${before.at(-1) ?? ''})\n`
    : `${place}: applied ${applied.join(', ')}\n`;
}

export type Direction = 'export' | 'import';

export interface TransferDone {
  readonly place: string;
  readonly file: string;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** For people. */
export function describeTransfer(direction: Direction, { place, file, rows }: TransferDone): string {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const [to, from] = direction === 'export' ? [file, place] : [place, file];
  return `${to}: ${total} rows from ${from}\n`;
}

const meanings = {
  read_write: 'reads and writes the store and its queue: command line, runners',
  read_only: 'reads the store: MCP server, dashboard',
  migration_control: 'reads everything, controls migrations and their jobs: administrators of the dashboard',
} as const;

export interface GrantedRole {
  readonly role: string;
  readonly for: string;
  /** Logins that were made members. */
  readonly added: readonly string[];
}

/** The three roles, and what each is for. */
export function grantedRoles(prefix: string, members: readonly RoleMember[]): readonly GrantedRole[] {
  return roleKinds.map((kind) => ({
    role: roleName(prefix, kind),
    for: meanings[kind],
    added: members.filter((one) => one.kind === kind).map(({ login }) => login),
  }));
}

/** For people. */
export function describeRoles(roles: readonly GrantedRole[]): string {
  const rows = roles.map(({ role, for: meaning, added }) => [
    role,
    added.length === 0 ? '-' : added.join(', '),
    meaning,
  ]);
  return `${alignColumns(rows, 3).replaceAll(/ +$/gm, '')}\n`;
}

function schemaText({ engine, schema: { applied, pending, unknown } }: StoreStatus): string {
  if (unknown.length > 0) return `changed by a newer aws2openstack (${unknown.join(', ')}); update aws2openstack`;
  const toDo = engine === 'embedded' ? 'created on first use, or by' : 'run';
  if (applied.length === 0) return `none yet: ${toDo} \`aws2openstack state migrate\``;
  if (pending.length > 0)
    return `${applied.at(-1) ?? ''}; it lacks ${pending.join(', ')}: run \`aws2openstack state migrate\``;
  return `${applied.at(-1) ?? ''}, up to date`;
}

function countText(count: number | null): string {
  return count === null ? 'permission denied' : String(count);
}

function stateText(states: Readonly<Record<string, number>>): string {
  const texts = Object.entries(states).map(([state, count]) => `${state} ${count}`);
  return texts.length === 0 ? 'empty' : texts.join(', ');
}
