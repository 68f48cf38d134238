import { catalogName } from '../../core/catalog-name.js';
import type { AssessedDatabase, AssessedTable, Finding, ResourceLink, Trait } from '../assessment.js';
import { parseCatalogId } from './catalog-id.js';
import { sortedTraits } from './draft-table.js';

/** The possible targets of links. */
export interface CatalogNames {
  readonly accountId: string | null;
  readonly region?: string;
  /** @default the account's default catalog, whose path is empty */
  readonly catalogPath?: string;
  readonly databases: ReadonlyMap<string, AssessedDatabase>;
  /** Tables by database, then name. A database whose tables were not listed is absent. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, AssessedTable>>;
}

type Outcome = Pick<ResourceLink, 'state' | 'resolvedTo'>;
type Found = { readonly database: string } | Outcome;

const linkTraits: Readonly<Partial<Record<ResourceLink['state'], Trait>>> = {
  missing: 'link-missing',
  cycle: 'link-cycle',
  'cross-account': 'link-cross-account',
  'other-region': 'link-other-region',
  'other-catalog': 'link-other-catalog',
};

/** Follows a database link through other links to the database behind them. */
export function resolveDatabaseLink(names: CatalogNames, database: AssessedDatabase): AssessedDatabase {
  if (database.link === null) return database;
  const found = findDatabase(names, database.name, new Set());
  const outcome = 'state' in found ? found : { state: 'resolved' as const, resolvedTo: found.database };
  return { ...database, link: { ...database.link, ...outcome } };
}

/** Follows a table link, which may lead through database links, too. */
export function resolveTableLink(names: CatalogNames, table: AssessedTable): AssessedTable {
  if (table.link === null) return table;
  const link = { ...table.link, ...findTable(names, table.database, table.name, new Set()) };
  const trait = linkTraits[link.state];
  return { ...table, link, traits: trait === undefined ? table.traits : sortedTraits([...table.traits, trait]) };
}

/** The findings about a link that is not resolved. */
export function linkFindings(asset: string, link: ResourceLink | null): readonly Finding[] {
  if (link === null || link.state === 'resolved') return [];
  const [message, fix] = linkProblems[link.state](
    link,
    [link.targetDatabase, link.targetTable].filter((part) => part !== null).join('.'),
  );
  return [{ code: `resource-link-${link.state}`, severity: 'warning', asset, message, fix }];
}

const linkProblems: Readonly<
  Record<Exclude<ResourceLink['state'], 'resolved'>, (link: ResourceLink, target: string) => readonly [string, string]>
> = {
  missing: (_link, target) => [
    `The resource link leads to ${target}, which does not exist.`,
    'Delete the link in Glue, or create the database.',
  ],
  cycle: (_link, target) => [
    `The resource link to ${target} leads back to itself.`,
    'Delete one of the links of the cycle in Glue.',
  ],
  'cross-account': ({ targetCatalog, targetRegion = 'REGION' }, target) => [
    `The resource link leads to ${target} in another account, ${targetCatalog ?? 'unknown'}.`,
    `Assess that account, too, with a profile for it: aws2openstack assess glue-catalog --profile PROFILE --region ${targetRegion} --output-dir DIR.`,
  ],
  'other-region': ({ targetRegion = 'REGION' }, target) => [
    `The resource link leads to ${target} in another Region of this account, ${targetRegion}.`,
    `Assess that Region, too: aws2openstack assess glue-catalog --region ${targetRegion} --output-dir DIR.`,
  ],
  'other-catalog': ({ targetCatalog }, target) => [
    `The resource link leads to ${target} in another catalog of this account, ${targetCatalog ?? 'unknown'}.`,
    `Assess that catalog, too: aws2openstack assess glue-catalog --catalog-id ${targetCatalog ?? 'ID'} --region REGION --output-dir DIR.`,
  ],
  unreadable: (_link, target) => [
    `The resource link leads to ${target}, whose database was not read.`,
    'Grant glue:GetTables on that database or widen --databases, then run `aws2openstack assess glue-catalog` again.',
  ],
};

function findDatabase(names: CatalogNames, name: string, seen: Set<string>): Found {
  if (seen.has(name)) return { state: 'cycle', resolvedTo: null };
  seen.add(name);
  const database = names.databases.get(name);
  if (database === undefined) return { state: 'missing', resolvedTo: null };
  if (database.link === null) return { database: name };
  const elsewhere = elsewhereOf(names, database.link);
  if (elsewhere !== null) return { state: elsewhere, resolvedTo: null };
  return findDatabase(names, database.link.targetDatabase, seen);
}

function findTable(names: CatalogNames, database: string, name: string, seen: Set<string>): Outcome {
  const found = findDatabase(names, database, new Set());
  if ('state' in found) return found;
  const key = JSON.stringify([found.database, name]);
  if (seen.has(key)) return { state: 'cycle', resolvedTo: null };
  seen.add(key);
  const tables = names.tables.get(found.database);
  if (tables === undefined) return { state: 'unreadable', resolvedTo: null };
  const table = tables.get(name);
  if (table === undefined) return { state: 'missing', resolvedTo: null };
  if (table.link === null) return { state: 'resolved', resolvedTo: catalogName(found.database, name) };
  const elsewhere = elsewhereOf(names, table.link);
  if (elsewhere !== null) return { state: elsewhere, resolvedTo: null };
  return findTable(names, table.link.targetDatabase, table.link.targetTable ?? '', seen);
}

/** Whether a link leaves this catalog; names are unique within one account, Region and catalog only. */
function elsewhereOf(
  { accountId, region, catalogPath = '' }: CatalogNames,
  { targetCatalog, targetRegion = region }: ResourceLink,
): 'cross-account' | 'other-region' | 'other-catalog' | null {
  const target = parseCatalogId(targetCatalog);
  if (target.account !== null && accountId !== null && target.account !== accountId) return 'cross-account';
  if (targetRegion !== region) return 'other-region';
  return targetCatalog === null || target.path === catalogPath ? null : 'other-catalog';
}
