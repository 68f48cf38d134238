import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Entries as Glue's JSON protocol holds them: times are seconds since 1970. */
export type GlueJson = Readonly<Record<string, unknown>>;

export interface StubCatalog {
  /** Catalogs beside the one that is assessed. */
  readonly catalogs?: readonly GlueJson[];
  readonly databases: readonly GlueJson[];
  readonly tables: Readonly<Record<string, readonly GlueJson[]>>;
  /** By `database` and `table` as a JSON list. */
  readonly partitions?: Readonly<Record<string, readonly GlueJson[]>>;
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface StubCall {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of this action and input, counting from 1. */
  readonly attempt: number;
}

export interface StubError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export interface GlueStub {
  readonly url: string;
  readonly calls: readonly StubCall[];
  readonly answered: readonly StubCall[];
  /** Decides what a call gets instead of its answer. */
  intercept: (call: StubCall) => StubError | undefined;
  delayMs: number;
  count(action: string): number;
  stop(): Promise<void>;
}

const limits: Readonly<Record<string, number>> = {
  GetCatalogs: 100,
  GetDatabases: 100,
  GetTables: 100,
  GetPartitions: 1000,
};

export function partitionsKey(database: string, table: string): string {
  return JSON.stringify([database, table]);
}

/** A loopback endpoint that speaks Glue's JSON protocol: pages like Glue, refuses what Glue refuses, counts calls. */
export async function startGlueStub(catalog: StubCatalog): Promise<GlueStub> {
  const calls: StubCall[] = [];
  const answered: StubCall[] = [];
  const attempts = new Map<string, number>();
  const stub = { intercept: (() => undefined) as GlueStub['intercept'], delayMs: 0 };
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void readBody(request).then(async (body) => {
      const action = String(request.headers['x-amz-target']).replace(/^AWSGlue\./, '');
      const input = JSON.parse(body || '{}') as Record<string, unknown>;
      const key = `${action} ${body}`;
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      const call: StubCall = { action, input, attempt };
      calls.push(call);
      if (stub.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, stub.delayMs));
      const answer = stub.intercept(call) ?? answerTo(catalog, action, input);
      if ('status' in answer && typeof answer.status === 'number') {
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ __type: answer.type, message: answer.message }));
        return;
      }
      answered.push(call);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answered,
    count: (action: string) => calls.filter((call) => call.action === action).length,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  });
}

/** The fewest calls that list all of a catalog. */
export function leastCalls({ catalogs = [], databases, tables, partitions = {} }: StubCatalog): number {
  const pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));
  const owned = databases
    .filter((database) => database['TargetDatabase'] === undefined)
    .map((database) => database['Name'] as string);
  const tablePages = owned.reduce((sum, name) => sum + pages(tables[name]?.length ?? 0, 100), 0);
  const partitionPages = Object.values(partitions).reduce((sum, list) => sum + pages(list.length, 1000), 0);
  return pages(databases.length, 100) + tablePages + partitionPages + pages(catalogs.length, 100);
}

function answerTo(
  catalog: StubCatalog,
  action: string,
  input: Readonly<Record<string, unknown>>,
): GlueJson | StubError {
  const database = typeof input['DatabaseName'] === 'string' ? input['DatabaseName'] : '';
  switch (action) {
    case 'GetCatalogs':
      return pageOf('CatalogList', catalog.catalogs ?? [], action, input);
    case 'GetDatabases':
      return pageOf('DatabaseList', catalog.databases, action, input);
    case 'GetTables': {
      const tables = catalog.tables[database];
      return tables === undefined
        ? notFound(`Database ${database} not found.`)
        : pageOf('TableList', tables, action, input);
    }
    case 'GetPartitions':
      return pageOf(
        'Partitions',
        catalog.partitions?.[partitionsKey(database, String(input['TableName']))] ?? [],
        action,
        input,
      );
    case 'GetTags':
      return { Tags: catalog.tags?.[String(input['ResourceArn']).split(':database/')[1] ?? ''] ?? {} };
    default:
      return { status: 400, type: 'UnknownOperationException', message: `${action} is not known.` };
  }
}

function pageOf(
  key: string,
  items: readonly GlueJson[],
  action: string,
  input: Readonly<Record<string, unknown>>,
): GlueJson | StubError {
  const size = Number(input['MaxResults'] ?? 100);
  const limit = limits[action] ?? 100;
  if (size < 1 || size > limit)
    return { status: 400, type: 'InvalidInputException', message: `MaxResults must be at most ${limit}.` };
  const token = input['NextToken'];
  const start = typeof token === 'string' ? Number(Buffer.from(token, 'base64').toString()) : 0;
  if (Number.isNaN(start)) return { status: 400, type: 'InvalidInputException', message: 'The token is not valid.' };
  const end = start + size;
  return {
    [key]: items.slice(start, end),
    ...(end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {}),
  };
}

function notFound(message: string): StubError {
  return { status: 400, type: 'EntityNotFoundException', message };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
