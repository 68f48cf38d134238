import { compareText } from '../../core/canonical-json.js';
import { fateOf } from '../../core/parameters/parameters.js';
import { federationRefusal } from '../../core/federated-source.js';
import type { AssessedDatabase, AssessedTable, Finding } from '../assessment.js';
import { sortedTraits } from './draft-table.js';
import { federationFindings } from './federation.js';
import { withObstacle } from './readiness.js';
import { linkFindings, resolveDatabaseLink, resolveTableLink } from './resolve-links.js';
import type { CatalogNames } from './resolve-links.js';

interface Catalog {
  readonly databases: readonly AssessedDatabase[];
  readonly tables: readonly AssessedTable[];
}

/** Adds what depends on the complete catalog: where links lead and which names collide. Keeps the order. Pure. */
export function completeCatalog(
  names: CatalogNames,
  { databases, tables }: Catalog,
): Catalog & { readonly findings: readonly Finding[] } {
  const databaseCollisions = collisions(databases.map(({ name }) => name));
  const tableCollisions = new Map(
    [...names.tables].map(([database, siblings]) => [database, collisions([...siblings.keys()])]),
  );
  const merging = Map.groupBy(
    [...names.tables].flatMap(([database, siblings]) => [...siblings.keys()].map((name) => ({ database, name }))),
    foldedName,
  );
  const completed = {
    databases: databases.map((database) => resolveDatabaseLink(names, database)),
    tables: tables.map((drafted) => {
      const table = inheritFederation(drafted, names.databases.get(drafted.database));
      const collides =
        databaseCollisions.has(table.database) || tableCollisions.get(table.database)?.has(table.name) === true;
      const resolved = resolveTableLink(names, table);
      if (!collides) return resolved;
      const marked = { ...resolved, traits: sortedTraits([...resolved.traits, 'name-collision']) };
      const others = (merging.get(foldedName(table)) ?? []).filter(
        ({ database, name }) => database !== table.database || name !== table.name,
      );
      if (others.length > 0) return withObstacle(marked, mergesWith(others));
      const schemas = databaseCollisions.get(table.database) ?? [];
      return schemas.length === 0 ? marked : withObstacle(marked, sharesSchemaWith(schemas));
    }),
  };
  const findings = [
    ...completed.databases.flatMap(({ name, link, federation }) => [
      ...linkFindings(name, link),
      ...federationFindings(name, federation),
    ]),
    ...completed.databases.flatMap(parameterFindings),
    ...completed.tables.flatMap(({ database, name, link }) => linkFindings(`${database}.${name}`, link)),
    ...[...databaseCollisions].map(([name, others]) => collision('database', name, name, others)),
    ...[...tableCollisions].flatMap(([database, names]) =>
      [...names].map(([name, others]) => collision('table', `${database}.${name}`, name, others)),
    ),
  ];
  return { ...completed, findings };
}

/** A database has no remarks in the Plan: what nobody knows of it is named here. */
function parameterFindings({ name: asset, parameters }: AssessedDatabase): readonly Finding[] {
  const unknown = Object.entries(parameters)
    .filter(([name, value]) => fateOf(name, value, null, 'database') === undefined)
    .map(([name]) => name);
  if (unknown.length === 0) return [];
  return [
    {
      code: 'unknown-parameter',
      severity: 'info',
      asset,
      message: `The database ${JSON.stringify(asset)} has parameters that aws2openstack does not know and leaves out: ${unknown.join(', ')}.`,
      fix: 'Find out what they are for; docs/parameters.md lists the known ones.',
    },
  ];
}

/** Tables of a federated database live where it lives, whether or not Glue says so of each. */
function inheritFederation(
  table: AssessedTable,
  database: Pick<AssessedDatabase, 'federation'> | undefined,
): AssessedTable {
  const federation = database?.federation;
  if (federation === undefined || table.federation !== undefined) return table;
  const marked: AssessedTable = { ...table, federation, traits: sortedTraits([...table.traits, 'federated']) };
  return withObstacle(marked, federationRefusal(federation));
}

type TableName = Pick<AssessedTable, 'database' | 'name'>;

function foldedName({ database, name }: TableName): string {
  return JSON.stringify([database.toLowerCase(), name.toLowerCase()]);
}

function sharesSchemaWith(databases: readonly string[]): string {
  return `its database and ${databases.join(', ')} are the same schema in Hive and Trino, which fold case, unless a rule names a schema for one of them`;
}

function mergesWith(others: readonly TableName[]): string {
  const names = others
    .map(({ database, name }) => `${database}.${name}`)
    .sort(compareText)
    .join(', ');
  return `it and ${names} are the same table in Hive and Trino, which fold case, unless a rule renames one of them`;
}

export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) => compareText(a.asset, b.asset) || compareText(a.code, b.code) || compareText(a.message, b.message),
  );
}

/** Each name that equals another after lower-casing, with those others. */
function collisions(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = groups.get(name.toLowerCase());
    if (group === undefined) groups.set(name.toLowerCase(), [name]);
    else group.push(name);
  }
  const colliding = [...groups.values()].filter((group) => group.length > 1);
  return new Map(
    colliding.flatMap((group) => group.map((name) => [name, group.filter((other) => other !== name)] as const)),
  );
}

function collision(kind: 'database' | 'table', asset: string, name: string, others: readonly string[]): Finding {
  return {
    code: 'name-collision',
    severity: 'warning',
    asset,
    message: `The ${kind} ${JSON.stringify(name)} and ${others.map((other) => JSON.stringify(other)).join(', ')} have the same name in Hive and Trino, which ignore case.`,
    fix: 'Rename one of them with a rule of the mapping, or in Glue.',
  };
}
