import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AssessedDatabase, AssessedTable, Finding } from '../assessment.js';
import { draftDatabase } from '../classification/draft-database.js';
import { draftTable, hasGluePartitions } from '../classification/draft-table.js';
import { textMap } from '../classification/parameters.js';
import { partitionDetail } from '../classification/partitions.js';
import { refusalFinding } from './access-findings.js';
import type { AdaptiveCalls } from './adaptive-calls.js';
import { oddAnswer } from './answers.js';
import type { CollectionCheckpoint, CheckpointRecord, PartitionsRecord } from './checkpoint.js';
import type { CollectedCatalog, Progress } from './collected-catalog.js';
import { arnPartition, diagnose } from './failures.js';
import type { CallContext, GlueFailure } from './failures.js';
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
    return ok(run.findings);
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

  constructor(private readonly options: CollectOptions) {}

  async listDatabases(): Promise<void> {
    const { api, catalog, calls } = this.options;
    if (catalog.progress(['databases']) === null) {
      await this.requireSameAccount();
      return;
    }
    const failure = await this.listPages(['databases'], async (token) => {
      const page = await calls.call((options) =>
        api.getDatabases({ MaxResults: pageSizes.databases, ...token }, options),
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetDatabases', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const found = page.value.DatabaseList ?? [];
      const accountId = found.map(({ CatalogId }) => CatalogId ?? '').find((id) => /^\d{12}$/.test(id)) ?? null;
      const items = found.map(draftDatabase);
      this.record({ kind: 'databases', accountId, items, next: nextToken(page.value) });
      return ok({ items, next: nextToken(page.value) });
    });
    if (failure !== undefined) throw this.stopFor(failure);
  }

  async listContents(): Promise<void> {
    const { catalog, selects } = this.options;
    const owned = [...catalog.databases.values()].filter(({ name, link }) => link === null && selects(name));
    const tasks = owned.flatMap((database) => [this.listTables(database), this.readTags(database)]);
    await settle(tasks);
    const [refusal] = this.denied;
    if (refusal !== undefined && this.denied.length === owned.length) throw this.stopFor(refusal);
  }

  /** A checkpoint of another account must not be continued, whatever its region and filter. */
  private async requireSameAccount(): Promise<void> {
    const { api, catalog, calls, context } = this.options;
    const page = await calls.call((options) => api.getDatabases({ MaxResults: 1 }, options));
    if (!page.ok) throw this.stopFor(page.error);
    const odd = oddAnswer('GetDatabases', page.value);
    if (odd !== undefined) throw this.stopFor(odd);
    const found = page.value.DatabaseList?.[0]?.CatalogId;
    if (catalog.accountId === null || found === undefined || found === catalog.accountId) return;
    throw new Stopped(
      diagnostic({
        code: 'other-account',
        message: `The checkpoint belongs to account ${catalog.accountId}, but these credentials${context.profile === undefined ? '' : ` (profile ${context.profile})`} belong to ${found}.`,
        fix: 'Add `--fresh` to discard the checkpoint, or use the credentials of the first run.',
      }),
    );
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
        (options) => api.getTables({ DatabaseName: name, MaxResults: pageSizes.tables, ...token }, options),
        token === undefined ? 0 : 1,
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetTables', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const items = (page.value.TableList ?? []).map((table) => draftTable(name, table));
      this.record({ kind: 'tables', database: name, items, next: nextToken(page.value) });
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
            { DatabaseName: database, TableName: name, MaxResults: pageSizes.partitions, ...token },
            options,
          ),
        1,
      );
      if (!page.ok) return page;
      const odd = oddAnswer('GetPartitions', page.value, token?.NextToken);
      if (odd !== undefined) return fail(odd);
      const items = (page.value.Partitions ?? []).map((partition) => JSON.stringify(partitionDetail(table, partition)));
      const next = nextToken(page.value);
      const stored = checkpoint.appendPartitions(database, name, next, items);
      const record: PartitionsRecord = {
        kind: 'partitions',
        database,
        table: name,
        next,
        lines: stored.lines,
        bytes: stored.bytes,
      };
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
    const { context, catalog } = this.options;
    this.findings.push(refusalFinding(refusal, failure, { region: context.region, accountId: catalog.accountId }));
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

const interrupted: Diagnostic = diagnostic({
  code: 'interrupted',
  message: 'The assessment was interrupted; what was read so far is kept.',
  fix: 'Run the same command again: it continues where it stopped.',
});

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
