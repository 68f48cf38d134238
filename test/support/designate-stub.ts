import { json } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

interface Row {
  id: string;
  zone_id: string;
  name: string;
  type: string;
  ttl: number | null;
  records: readonly string[];
  description: string | null;
  status: string;
}

type Body = Partial<Row>;

/**
 * A stub of OpenStack DNS, not the service: it answers on 127.0.0.1 as the DNS API v2 reference says, for zones and record
 * sets. What is changed is PENDING until it was shown `looks` times.
 */
export class DesignateStub {
  readonly zones = new Map([
    ['z-1', 'acme.example.'],
    ['z-2', '2.0.192.in-addr.arpa.'],
  ]);
  readonly rows = new Map<string, Row>();
  readonly asked: string[] = [];
  looks = 1;
  /** Status of an answer in place of the service. */
  refuse: (method: string, path: string) => number | undefined = () => undefined;
  readonly #pending = new Map<string, number>();
  #made = 0;
  #server: LocalServer | undefined;

  async start(): Promise<this> {
    this.#server = await listen((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    return this;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  add(zone: string, row: Pick<Row, 'name' | 'type' | 'records'> & Body): Row {
    this.#made += 1;
    const made = { id: `r-${this.#made}`, zone_id: zone, ttl: null, description: null, status: 'ACTIVE', ...row };
    this.rows.set(made.id, made);
    return made;
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    const { method = '', headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://dns');
    this.asked.push(`${method} ${pathname}`);
    const refused = this.refuse(method, pathname);
    if (refused !== undefined) return { status: refused, body: { code: refused, type: 'refused', message: 'No.' } };
    if (headers['x-auth-token'] !== 'token') return { status: 401 };
    const [version, zones, zoneId = '', sets, id] = pathname.split('/').slice(1);
    if (version !== 'v2' || zones !== 'zones') return { status: 404 };
    if (zoneId === '') {
      const found = [...this.zones].filter(([, name]) => name === searchParams.get('name'));
      return { status: 200, body: { zones: found.map(([zone, name]) => ({ id: zone, name, status: 'ACTIVE' })) } };
    }
    if (!this.zones.has(zoneId) || sets !== 'recordsets') return { status: 404 };
    const body = method === 'POST' || method === 'PUT' ? ((await json(request)) as Body) : {};
    return id === undefined ? this.#ofZone(method, zoneId, searchParams, body) : this.#ofRow(method, id, body);
  }

  #ofZone(method: string, zone: string, query: URLSearchParams, body: Body): { status: number; body?: unknown } {
    const same = (row: Row, name: unknown, type: unknown): boolean =>
      row.zone_id === zone && row.name === name && row.type === type;
    const rows = [...this.rows.values()];
    if (method === 'GET') {
      const found = rows.filter((row) => same(row, query.get('name'), query.get('type')));
      return { status: 200, body: { recordsets: found } };
    }
    const { name = '', type = '', records = [] } = body;
    if (rows.some((row) => same(row, name, type)))
      return { status: 409, body: { code: 409, type: 'duplicate_recordset', message: 'Duplicate RecordSet' } };
    return { status: 201, body: this.#changed(this.add(zone, { ...body, name, type, records })) };
  }

  #ofRow(method: string, id: string, body: Body): { status: number; body?: unknown } {
    const row = this.rows.get(id);
    if (row === undefined) return { status: 404, body: { code: 404, type: 'recordset_not_found', message: 'Gone' } };
    if (method === 'PUT') return { status: 200, body: this.#changed(Object.assign(row, body)) };
    if (method === 'DELETE') {
      this.#pending.set(id, this.looks);
      row.status = 'PENDING';
      if (this.looks === 0) this.rows.delete(id);
      else row.name = `deleted-${row.name}`;
      return { status: 202, body: row };
    }
    return this.#look(row);
  }

  #look(row: Row): { status: number; body?: unknown } {
    const left = (this.#pending.get(row.id) ?? 0) - 1;
    this.#pending.set(row.id, left);
    if (left >= 0) return { status: 200, body: row };
    if (row.name.startsWith('deleted-')) {
      this.rows.delete(row.id);
      return { status: 404, body: { code: 404, type: 'recordset_not_found', message: 'Gone' } };
    }
    if (row.status === 'PENDING') row.status = 'ACTIVE';
    return { status: 200, body: row };
  }

  #changed(row: Row): Row {
    row.status = 'PENDING';
    this.#pending.set(row.id, this.looks);
    return row;
  }
}
