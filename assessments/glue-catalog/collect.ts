import type { Catalog, GetCatalogsCommandOutput } from '@aws-sdk/client-glue';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AssessedDatabase, AssessedTable, Finding } from '../assessment.js';
import { parseCatalogId } from '../classification/catalog-id.js';
import { draftDatabase } from '../classification/draft-database.js';
import { draftTable, hasGluePartitions } from '../classification/draft-table.js';
import { textMap } from '../classification/parameters.js';
import { partitionDetail } from '../classification/partitions.js';
import { interrupted } from '../report-file/run-problems.js';
import { refusalFinding } from './access-findings.js';
import type { AdaptiveCalls } from './adaptive-calls.js';
import { oddAnswer } from './answers.js';
import { otherCatalogFindings, otherCatalogsUnknown } from './catalogs.js';
import type { CollectionCheckpoint, CheckpointRecord, PartitionsRecord } from './checkpoint.js';
import type { CollectedCatalog, Progress } from './collected-catalog.js';
import { distinctNotices, noticesOfDatabase, noticesOfPartition, noticesOfTable } from './field-findings.js';
import { arnPartition, diagnose } from './failures.js';
import type { CallContext, GlueFailure } from './failures.js';
import { globsWithoutMatch, noDatabaseMatches } from './database-filter.js';
import type { GlueApi } from './glue-api.js';

/** The most that Glue returns in one answer. Source: AWS Glue web API reference. */
const pageSizes = { databases: 100, tables: 100, partitions: 1000 } as const;

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface CollectOptions {
  readonly api: GlueApi;
  readonly calls: AdaptiveCalls;
  readonly checkpoint: CollectionCheckpoint;
  readonly catalog: CollectedCatalog;
  readonly context: CallContext;
  /** `null` for the account's default catalog. */
  readonly catalogId: string | null;
  /** The text of the filter on databases, `null` for all. */
  readonly filter: string | null;
  readonly selects: (database: string) => boolean;
  readonly withTags: boolean;
  /** Ends every other listing as soon as one fails for good. */
  readonly stop: () => void;
}

/** Lists databases, tables and partitions into the checkpoint and the catalog. What could not be read comes back as findings. */
export async function collect(options: CollectOptions): Promise<Result<readonly Finding[]>> {
  const run = new Collector(options);
  try {
    await run.listDatabases();
    await run.listContents();
    await run.findOtherCatalogs();
    return ok([...run.findings, ...options.catalog.notices.findings()]);
  } catch (error) {
    if (error instanceof Stopped) return fail([error.diagnostic]);
    throw error;
  }
}

/** Carries the diagnostic that ends the run out of the concurrent listings. */
class Stopped extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

class Collector {
  readonly findings: Finding[] = [];
  private readonly denied: GlueFailure[] = [];
  private first: Stopped | undefined;

  /** The catalog ID sent with every request. */
  private readonly of: { readonly CatalogId?: string };

  constructor(private readonly options: CollectOptions) {
    this.of = options.catalogId === null ? {} : { CatalogId: options.catalogId };
  }

  async listDatabases(): Promise<void> {
    const { api, catalog, calls } = this.options;
    if (catalog.progress(['databases']) === null) {
      await this.requireSameAccount();
      return;
    }
    const failure = await this.listPages(['databases'], async (token) => {
      const page = await calls.call((options) =>
        api.getDatabases({ ...this.of, MaxResults: pageSizes.databases, ...token }, options),
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetDatabases', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const found = page.value.DatabaseList ?? [];
      const accountId =
        found.map(({ CatalogId }) => parseCatalogId(CatalogId).account).find((id) => id !== null) ?? null;
      const items = found.map(draftDatabase);
      const notices = found.flatMap(noticesOfDatabase);
      this.record({ kind: 'databases', accountId, items, notices, next: nextToken(page.value) });
      return ok({ items, next: nextToken(page.value) });
    });
    if (failure !== undefined) throw this.stopFor(failure);
  }

  async listContents(): Promise<void> {
    const { catalog, filter, selects } = this.options;
    const selected = [...catalog.databases.values()].filter(({ name }) => selects(name));
    if (selected.length === 0 && filter !== null)
      throw new Stopped(noDatabaseMatches(filter, [...catalog.databases.keys()]));
    if (filter !== null) this.findings.push(...globsWithoutMatch(filter, selected));
    const owned = selected.filter(({ link }) => link === null);
    const tasks = owned.flatMap((database) => [this.listTables(database), this.readTags(database)]);
    await settle(tasks);
    const [refusal] = this.denied;
    if (refusal !== undefined && this.denied.length === owned.length) throw this.stopFor(refusal);
  }

  /** A checkpoint of another account must not be continued, whatever its region and filter. */
  private async requireSameAccount(): Promise<void> {
    const { api, catalog, calls, context } = this.options;
    const page = await calls.call((options) => api.getDatabases({ ...this.of, MaxResults: 1 }, options));
    if (!page.ok) throw this.stopFor(page.error);
    const odd = oddAnswer('GetDatabases', page.value);
    if (odd !== undefined) throw this.stopFor(odd);
    const found = parseCatalogId(page.value.DatabaseList?.[0]?.CatalogId).account;
    if (catalog.accountId === null || found === null || found === catalog.accountId) return;
    throw new Stopped(
      diagnostic({
        code: 'other-account',
        message: `The checkpoint belongs to account ${catalog.accountId}, but these credentials${context.profile === undefined ? '' : ` (profile ${context.profile})`} belong to ${found}.`,
        fix: 'Add `--fresh` to discard the checkpoint, or use the credentials of the first run.',
      }),
    );
  }

  /** Glue's other catalogs are not part of this report: each is named, so that none is forgotten. */
  async findOtherCatalogs(): Promise<void> {
    const { api, calls, catalogId } = this.options;
    const parent = catalogId === null ? {} : { ParentCatalogId: catalogId };
    const found: Catalog[] = [];
    let token: string | null = null;
    do {
      const page: Result<GetCatalogsCommandOutput, GlueFailure> = await calls.call(
        (options) =>
          api.getCatalogs({ ...parent, Recursive: true, ...(token === null ? {} : { NextToken: token }) }, options),
        0,
        { maxAttempts: 3 },
      );
      const failure = page.ok ? oddAnswer('GetCatalogs', page.value, token ?? undefined) : page.error;
      if (failure?.kind === 'aborted') throw this.stopFor(failure);
      if (failure !== undefined || !page.ok) {
        this.findings.push(otherCatalogsUnknown(failure ?? { kind: 'fatal', name: '', message: '' }, this.place()));
        return;
      }
      found.push(...(page.value.CatalogList ?? []));
      token = nextToken(page.value);
    } while (token !== null);
    this.findings.push(...otherCatalogFindings(found, catalogId, this.place()));
  }

  private place(): { readonly region: string; readonly accountId: string | null } {
    return { region: this.options.context.region, accountId: this.options.catalog.accountId };
  }

  private async listTables(database: AssessedDatabase): Promise<void> {
    const { api, calls, catalog } = this.options;
    const { name } = database;
    const partitions = new Map<string, Promise<void>>();
    const listPartitionsOf = (tables: Iterable<AssessedTable>): void => {
      for (const table of tables) {
        // A table that two pages show, because the catalog changed between them, is listed once.
        if (hasGluePartitions(table) && !partitions.has(table.name))
          partitions.set(table.name, this.listPartitions(table));
      }
    };
    listPartitionsOf(catalog.tables.get(name)?.values() ?? []);
    const listing = this.listPages(['tables', name], async (token) => {
      const page = await calls.call(
        (options) => api.getTables({ ...this.of, DatabaseName: name, MaxResults: pageSizes.tables, ...token }, options),
        token === undefined ? 0 : 1,
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetTables', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const found = page.value.TableList ?? [];
      const items = found.map((table) => draftTable(name, table));
      const notices = found.flatMap((table) => noticesOfTable(name, table));
      this.record({ kind: 'tables', database: name, items, notices, next: nextToken(page.value) });
      listPartitionsOf(items);
      return ok({ items, next: nextToken(page.value) });
    });
    const [failure] = await settle([listing]);
    await settle([...partitions.values()]);
    if (failure === undefined) return;
    if (failure.kind === 'denied') this.denied.push(failure);
    this.note({ asset: name, action: 'glue:GetTables', database: name }, failure);
  }

  private async listPartitions(table: AssessedTable): Promise<void> {
    const { api, calls, checkpoint, catalog } = this.options;
    const { database, name } = table;
    const failure = await this.listPages(['partitions', database, name], async (token) => {
      const page = await calls.call(
        (options) =>
          api.getPartitions(
            { ...this.of, DatabaseName: database, TableName: name, MaxResults: pageSizes.partitions, ...token },
            options,
          ),
        1,
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetPartitions', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const found = page.value.Partitions ?? [];
      const items = found.map((partition) => JSON.stringify(partitionDetail(table, partition)));
      const notices = distinctNotices(found.flatMap((partition) => noticesOfPartition(table, partition)));
      const next = nextToken(page.value);
      const { record, stored } = checkpoint.appendPartitions({ database, table: name, next, notices }, items);
      catalog.add(record, stored);
      return ok({ items, next });
    });
    if (failure !== undefined)
      this.note({ asset: `${database}.${name}`, action: 'glue:GetPartitions', database, table: name }, failure);
  }

  private async readTags({ name }: AssessedDatabase): Promise<void> {
    const { api, calls, catalog, context, withTags } = this.options;
    if (!withTags || catalog.tags.has(name)) return;
    const arn = `arn:${arnPartition(context.region)}:glue:${context.region}:${catalog.accountId ?? ''}:database/${name}`;
    const answer = await calls.call((options) => api.getTags({ ResourceArn: arn }, options));
    const failure = answer.ok ? oddAnswer('GetTags', answer.value) : answer.error;
    if (failure !== undefined) this.note({ asset: name, action: 'glue:GetTags', database: name }, failure);
    else if (answer.ok) this.record({ kind: 'tags', database: name, tags: textMap(answer.value.Tags) });
  }

  /**
   * Asks for page after page from where the checkpoint stopped. A token that an earlier run left may have expired: then
   * the listing begins again. Returns the failure that ended it, if one did.
   */
  private async listPages<T>(
    listing: readonly string[],
    fetchPage: (token: { NextToken: string } | undefined) => Promise<Result<Page<T>, GlueFailure>>,
  ): Promise<GlueFailure | undefined> {
    try {
      return await this.listFrom(this.options.catalog.progress(listing), listing, fetchPage);
    } catch (error) {
      // The disk is full, or worse: the results of other listings could not be stored either.
      this.options.stop();
      throw error;
    }
  }

  private async listFrom<T>(
    from: Progress,
    listing: readonly string[],
    fetchPage: (token: { NextToken: string } | undefined) => Promise<Result<Page<T>, GlueFailure>>,
  ): Promise<GlueFailure | undefined> {
    let next = from;
    let inherited = next !== undefined;
    while (next !== null) {
      const page = await fetchPage(next === undefined ? undefined : { NextToken: next });
      if (page.ok) {
        next = page.value.next;
      } else if (page.error.kind === 'stale-token' && inherited) {
        this.record({ kind: 'restart', listing });
        next = undefined;
      } else {
        return page.error;
      }
      inherited = false;
    }
    return undefined;
  }

  private note(refusal: Parameters<typeof refusalFinding>[0], failure: GlueFailure): void {
    if (failure.kind !== 'denied' && failure.kind !== 'unreadable' && failure.kind !== 'stale-token')
      throw this.stopFor(failure);
    this.findings.push(refusalFinding(refusal, failure, this.place()));
  }

  private record(record: Exclude<CheckpointRecord, PartitionsRecord>): void {
    this.options.checkpoint.append(record);
    this.options.catalog.add(record, null);
  }

  /** The first failure is the reason; failures that follow from stopping are not reported. */
  private stopFor(failure: GlueFailure): Stopped {
    this.first ??= new Stopped(failure.kind === 'aborted' ? interrupted : diagnose(failure, this.options.context));
    this.options.stop();
    return this.first;
  }
}

function nextToken({ NextToken }: { readonly NextToken?: string | undefined }): string | null {
  return NextToken === undefined || NextToken === '' ? null : NextToken;
}

/** Waits for all tasks, so that none still writes when the caller goes on; then throws the first failure. */
async function settle<T>(tasks: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(tasks);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
