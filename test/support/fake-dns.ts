import type { DnsService, RecordContent, RecordKey } from '../../waves/dns/index.js';

export type DnsCall = 'zoneProblem' | 'read' | 'write' | 'progress';

export interface FakeDnsOptions {
  readonly now?: () => number;
  /** Until name servers answer with what was written. @default 0 */
  readonly activeSeconds?: number;
  /** Before a call does anything. May throw. */
  readonly before?: (call: DnsCall) => Promise<void> | void;
  /** After a write: a lost answer. May throw. */
  readonly after?: () => void;
}

/** Zones in memory: acme.example, and two of addresses. */
export class FakeDns implements DnsService {
  readonly name = 'fake';
  readonly zones = new Set(['acme.example', '100.51.198.in-addr.arpa', '2.0.192.in-addr.arpa']);
  readonly records = new Map<string, RecordContent>();
  writes = 0;
  readonly #options: FakeDnsOptions;

  constructor(options: FakeDnsOptions = {}) {
    this.#options = options;
  }

  /** `A web.acme.example` and its values, the TTL after a slash: `198.51.100.2/300`. */
  set(key: string, content: string): this {
    const [values = '', ttl = '300'] = content.split('/');
    this.records.set(key, { ttl: Number(ttl), values: values.split(' ') });
    return this;
  }

  /** As `set` takes them, by key. */
  get all(): Readonly<Record<string, string>> {
    const shown = [...this.records].map(
      ([key, { values, ttl }]) => [key, `${values.join(' ')}/${ttl ?? 300}`] as const,
    );
    return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async zoneProblem(zone: string): Promise<string | null> {
    await this.#options.before?.('zoneProblem');
    return this.zones.has(zone) ? null : `There is no zone ${zone}.`;
  }

  async read(key: RecordKey): Promise<RecordContent | null> {
    await this.#options.before?.('read');
    return this.records.get(keyOf(key)) ?? null;
  }

  async write(key: RecordKey, content: RecordContent | null): Promise<string> {
    await this.#options.before?.('write');
    this.writes += 1;
    if (content === null) this.records.delete(keyOf(key));
    else this.records.set(keyOf(key), content);
    this.#options.after?.();
    return String((this.#options.now?.() ?? 0) + 1000 * (this.#options.activeSeconds ?? 0));
  }

  async progress(ticket: string): Promise<'active' | 'pending'> {
    await this.#options.before?.('progress');
    return (this.#options.now?.() ?? 0) >= Number(ticket) ? 'active' : 'pending';
  }
}

function keyOf({ type, name }: RecordKey): string {
  return `${type} ${name}`;
}
