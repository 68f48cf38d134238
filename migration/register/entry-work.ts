import type { TrinoClient, TrinoDiagnostic, TrinoRows } from '../../clients/trino/index.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { fail, ok } from '../../core/result.js';
import { qualifiedName } from '../../core/sql-text.js';
import type { ManifestEntry } from '../../registration/index.js';
import { statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import { noProgress } from './ledger.js';
import type { EntryLedger, EntryProgress, EntryRecord } from './ledger.js';

/** A step of an entry. */
export type Step = 'create' | 'partitions' | 'load' | 'read';

export type Rows = TrinoRows['rows'];

interface Parts {
  readonly entry: ManifestEntry;
  readonly trino: TrinoClient;
  readonly ledger: EntryLedger;
  readonly signal: AbortSignal;
  readonly onStep: (step: Step, done: number, total: number | null) => Promise<void>;
}

/** One entry while it is registered: its statements, its record, and what was found out. */
export class EntryWork {
  readonly entry: ManifestEntry;
  readonly signal: AbortSignal;
  readonly warnings: Diagnostic[] = [];
  /** Whether anything was changed at the target. */
  hasEffect = false;

  private constructor(
    private readonly parts: Parts,
    private isDone: boolean,
    private isBegun: boolean,
    private current: EntryProgress,
  ) {
    ({ entry: this.entry, signal: this.signal } = parts);
  }

  /** Goes on from the entry's record, or begins one. */
  static async begin(parts: Parts): Promise<EntryWork> {
    const { entry, ledger } = parts;
    const record = await ledger.get(entry.key);
    const isSame = record?.idempotencyKey === entry.idempotencyKey;
    const progress = isSame ? record.progress : afterOtherWork(record);
    const work = new EntryWork(parts, isSame && record.state === 'done', isSame, progress);
    if (!work.wasDone) await work.save('begun', null);
    return work;
  }

  /** Whether an earlier run completed this very work. */
  get wasDone(): boolean {
    return this.isDone;
  }

  /** Whether an earlier run began this very work. */
  get wasBegun(): boolean {
    return this.isBegun;
  }

  get key(): string {
    return this.entry.key;
  }

  /** Qualified name of the table or view that the entry makes. */
  get targetName(): string {
    const { catalog, schema, table } = this.entry.target;
    return qualifiedName(catalog, schema, table ?? '');
  }

  get progress(): EntryProgress {
    return this.current;
  }

  async saveProgress(change: Partial<EntryProgress>): Promise<void> {
    this.current = { ...this.current, ...change };
    await this.save(this.isDone ? 'done' : 'begun', null);
  }

  /** The results of an earlier run are gone: all of its work must be done again. */
  async restart(): Promise<void> {
    [this.isDone, this.isBegun] = [false, false];
    this.current = noProgress;
    await this.save('begun', null);
  }

  async end(state: EntryRecord['state'], reason: string | null): Promise<void> {
    await this.save(state, reason);
  }

  step(step: Step, done = 0, total: number | null = null): Promise<void> {
    return this.parts.onStep(step, done, total);
  }

  /** All rows. Throws the signal's reason when it is aborted. */
  async query(sql: string): Promise<Result<Rows, EntryFailure>> {
    const answer = await this.ask(sql);
    return answer.ok ? ok(answer.value.rows) : fail(statementFailure(this.key, sql, answer.error));
  }

  /** The same with Trino's own error, for callers that expect one. */
  async ask(sql: string): Promise<Result<TrinoRows, readonly TrinoDiagnostic[]>> {
    this.signal.throwIfAborted();
    const answer = await this.parts.trino.query(sql, { signal: this.signal });
    this.signal.throwIfAborted();
    return answer;
  }

  /** Page by page; a failure is the last item. */
  async *pages(sql: string): AsyncGenerator<Result<TrinoRows, EntryFailure>> {
    this.signal.throwIfAborted();
    for await (const page of this.parts.trino.pages(sql, { signal: this.signal })) {
      this.signal.throwIfAborted();
      yield page.ok ? page : fail(statementFailure(this.key, sql, page.error));
    }
  }

  private async save(state: EntryRecord['state'], reason: string | null): Promise<void> {
    const { entry, ledger } = this.parts;
    await ledger.save(entry.key, {
      idempotencyKey: entry.idempotencyKey,
      state,
      progress: this.current,
      reason,
    });
  }
}

/** Of other work on the same entry, only what tells that a view is the registrar's own. */
function afterOtherWork(record: EntryRecord | undefined): EntryProgress {
  return { ...noProgress, definitions: record?.progress.definitions ?? {} };
}
