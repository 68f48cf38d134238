import { sha256 } from '../../../../core/canonical-json.js';
import { endedSessions, endSessions, readOnly } from '../../../../state/index.js';
import type { State } from '../../../../state/index.js';
import { sessionSeconds } from './session.js';
import type { Session } from './session.js';

interface SessionEndsOptions {
  readonly onProblem: (problem: unknown) => void;
  /** How long it may take until this dashboard knows what another one has ended. @default 2000 */
  readonly freshMs?: number;
}

interface End {
  readonly subject: string;
  readonly endedAt: Date;
  readonly expiresAt: Date;
}

/** SQLSTATE insufficient_privilege. Source: PostgreSQL documentation, appendix A. */
const notAllowed = '42501';

/**
 * The sessions that were ended before their time, by this dashboard or another one of the store. The store has hashes of
 * their ids alone; it is read once for all requests of some seconds.
 */
export class SessionEnds {
  readonly #freshMs: number;
  readonly #onProblem: (problem: unknown) => void;
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  /** By subject, when its sessions were ended, in milliseconds since 1970. */
  #stored: ReadonlyMap<string, number> = new Map();
  /** Of this process: what the store could not take must not be forgotten. */
  #own: readonly End[] = [];
  #unstored: readonly End[] = [];

  constructor(
    private readonly state: State,
    { onProblem, freshMs = 2000 }: SessionEndsOptions,
  ) {
    this.#freshMs = freshMs;
    this.#onProblem = onProblem;
  }

  /** Throws the database's errors. */
  async isOver(session: Session): Promise<boolean> {
    if (performance.now() - this.#readAt > this.#freshMs) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return this.isKnownOver(session);
  }

  /** As far as it is known without asking the store. */
  isKnownOver({ who, id, begun, until }: Session): boolean {
    if (Date.now() >= until) return true;
    const [ofSession, ofPerson] = [this.#endOf(subjectOfSession(id)), this.#endOf(subjectOfPerson(who))];
    return ofSession !== undefined || (ofPerson !== undefined && begun <= ofPerson);
  }

  /** Ends the session, or everywhere all that the person has begun until now. */
  async end({ who, id, until }: Session, { everywhere }: { readonly everywhere: boolean }): Promise<void> {
    const endedAt = new Date();
    const end = everywhere
      ? { subject: subjectOfPerson(who), endedAt, expiresAt: new Date(endedAt.getTime() + sessionSeconds * 1000) }
      : { subject: subjectOfSession(id), endedAt, expiresAt: new Date(until) };
    this.#own = [...this.#own.filter(({ expiresAt }) => expiresAt > endedAt), end];
    await this.#store(end);
  }

  #endOf(subject: string): number | undefined {
    const own = this.#own.filter((end) => end.subject === subject).map(({ endedAt }) => endedAt.getTime());
    const known = [...own, this.#stored.get(subject) ?? -Infinity];
    const newest = Math.max(...known);
    return newest === -Infinity ? undefined : newest;
  }

  async #read(): Promise<void> {
    const ends = await readOnly(this.state, { timeoutMs: 10_000 }, endedSessions);
    const stored = new Map<string, number>();
    for (const { subject_sha256, ended_at } of ends)
      stored.set(subject_sha256, Math.max(stored.get(subject_sha256) ?? -Infinity, ended_at.getTime()));
    this.#stored = stored;
    this.#readAt = performance.now();
    const unstored = this.#unstored;
    this.#unstored = [];
    for (const end of unstored) await this.#store(end);
  }

  /** Tried again after a failure that may pass. */
  async #store(end: End): Promise<void> {
    const { subject: subject_sha256, endedAt: ended_at, expiresAt: expires_at } = end;
    try {
      await endSessions(this.state, { subject_sha256, ended_at, expires_at });
    } catch (error) {
      this.#onProblem(error);
      if ((error as { code?: unknown }).code !== notAllowed) this.#unstored = [...this.#unstored, end];
    }
  }
}

function subjectOfSession(id: string): string {
  return sha256(`session ${id}`);
}

function subjectOfPerson(who: string): string {
  return sha256(`person ${who}`);
}
