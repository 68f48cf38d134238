import type { AssessedDatabase, AssessedTable } from '../assessment.js';
import type { BucketListing } from '../storage/list-bucket.js';
import type { CheckpointRecord, ListingRecord, StoredPage } from './checkpoint.js';
import { NoticeTally } from './field-findings.js';

/** How far a paged listing has come: `undefined` not begun, a token for more, `null` finished. */
export type Progress = string | null | undefined;

/** The entries listed so far, by this run and by those that it continues. */
export class CollectedCatalog {
  accountId: string | null = null;
  partitions = 0;
  tableCount = 0;
  readonly databases = new Map<string, AssessedDatabase>();
  readonly tables = new Map<string, Map<string, AssessedTable>>();
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  readonly notices = new NoticeTally();
  private readonly pages = new Map<string, StoredPage[]>();
  private readonly listings = new Map<string, string | null>();
  private readonly buckets = new Map<string, ListingRecord>();

  /** Adds one finished page. A later entry of the same name replaces an earlier one. */
  add(record: CheckpointRecord, page: StoredPage | null): void {
    if ('notices' in record) this.notices.add(record.notices);
    switch (record.kind) {
      case 'databases':
        this.accountId ??= record.accountId;
        for (const database of record.items) this.databases.set(database.name, database);
        this.listings.set(listingKey(['databases']), record.next);
        break;
      case 'tables': {
        const siblings = this.tablesOf(record.database);
        const before = siblings.size;
        for (const table of record.items) siblings.set(table.name, table);
        this.tableCount += siblings.size - before;
        this.listings.set(listingKey(['tables', record.database]), record.next);
        break;
      }
      case 'partitions': {
        const key = listingKey(['partitions', record.database, record.table]);
        const pages = this.pages.get(key);
        if (page !== null && pages === undefined) this.pages.set(key, [page]);
        else if (page !== null) pages?.push(page);
        this.partitions += record.lines;
        this.listings.set(key, record.next);
        break;
      }
      case 'tags':
        this.tags.set(record.database, record.tags);
        break;
      case 'listing':
        this.buckets.set(record.bucket, record);
        break;
      case 'restart':
        this.restart(record.listing);
        break;
    }
  }

  progress(listing: readonly string[]): Progress {
    return this.listings.get(listingKey(listing));
  }

  /** The listing of the bucket for tables, if it was made for exactly these folders. */
  listingOf(bucket: string, claims: string): BucketListing | undefined {
    const record = this.buckets.get(bucket);
    return record?.claims === claims ? record.listing : undefined;
  }

  pagesOf(database: string, table: string): readonly StoredPage[] {
    return this.pages.get(listingKey(['partitions', database, table])) ?? [];
  }

  private tablesOf(database: string): Map<string, AssessedTable> {
    const known = this.tables.get(database);
    if (known !== undefined) return known;
    const siblings = new Map<string, AssessedTable>();
    this.tables.set(database, siblings);
    return siblings;
  }

  private restart(listing: readonly string[]): void {
    const key = listingKey(listing);
    this.listings.delete(key);
    this.partitions -= (this.pages.get(key) ?? []).reduce((sum, { lines }) => sum + lines, 0);
    this.pages.delete(key);
    const [kind, database] = listing;
    if (kind === 'databases') this.databases.clear();
    if (kind === 'tables' && database !== undefined) {
      this.tableCount -= this.tables.get(database)?.size ?? 0;
      this.tables.delete(database);
    }
  }
}

/** Names may hold any character, so they are not joined with one. */
function listingKey(listing: readonly string[]): string {
  return JSON.stringify(listing);
}
