import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

/** What the stub does to one request for a block. */
export type BlockFault = 'throttle' | 'damage' | 'cut';

export interface EbsStub extends LocalServer {
  /** Requests for blocks, as `snapshot/index`. */
  readonly read: string[];
  /** Called before each answer with a block. @default none */
  faultOf: (snapshot: string, index: number) => BlockFault | undefined;
}

export const blockBytes = 512 * 1024;

/** A snapshot's blocks by their index. */
export type StubSnapshot = ReadonlyMap<number, Buffer>;

/**
 * The EBS direct APIs for snapshots that a test holds, three blocks a page. moto has no pages, gives blocks of 512 bytes,
 * and does not list blocks that only the second snapshot has. Source: EBS direct APIs reference.
 */
export async function startEbsStub(snapshots: ReadonlyMap<string, StubSnapshot>): Promise<EbsStub> {
  const read: string[] = [];
  const faults: Pick<EbsStub, 'faultOf'> = { faultOf: () => undefined };
  const server = await listen((request, response) => {
    request.resume();
    answer({ snapshots, read, faults }, request, response);
  });
  return Object.assign(faults, { ...server, read });
}

interface Stub {
  readonly snapshots: ReadonlyMap<string, StubSnapshot>;
  readonly read: string[];
  readonly faults: Pick<EbsStub, 'faultOf'>;
}

const pageSize = 3;

function answer({ snapshots, read, faults }: Stub, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://stub');
  const [, , name = '', kind, index] = url.pathname.split('/');
  const snapshot = snapshots.get(name);
  const json = (status: number, body: object, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  if (snapshot === undefined) {
    json(404, { Message: 'no such snapshot' }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
    return;
  }
  if (kind === 'blocks' && index !== undefined) {
    const content = snapshot.get(Number(index));
    read.push(`${name}/${index}`);
    const fault = faults.faultOf(name, Number(index));
    if (fault === 'throttle') {
      json(400, { Message: 'slow down' }, { 'x-amzn-errortype': 'RequestThrottledException' });
      return;
    }
    if (content === undefined || url.searchParams.get('blockToken') !== tokenOf(name, Number(index))) {
      json(400, { Message: 'invalid token' }, { 'x-amzn-errortype': 'ValidationException' });
      return;
    }
    const sent = Buffer.from(content);
    if (fault === 'damage') sent[7] = (sent[7] ?? 0) ^ 1;
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'x-amz-data-length': String(content.length),
      'x-amz-checksum': createHash('sha256').update(content).digest('base64'),
      'x-amz-checksum-algorithm': 'SHA256',
    });
    response.end(fault === 'cut' ? sent.subarray(0, 100) : sent);
    return;
  }
  const from = Number(url.searchParams.get('pageToken') ?? 0);
  const first = url.searchParams.get('firstSnapshotId');
  const all =
    kind === 'blocks'
      ? [...snapshot.keys()].sort((a, b) => a - b).map((one) => ({ BlockIndex: one, BlockToken: tokenOf(name, one) }))
      : changedBetween(snapshots.get(first ?? '') ?? new Map<number, Buffer>(), snapshot, name);
  const more = from + pageSize < all.length ? { NextToken: String(from + pageSize) } : {};
  const page = all.slice(from, from + pageSize);
  json(200, { [kind === 'blocks' ? 'Blocks' : 'ChangedBlocks']: page, BlockSize: blockBytes, VolumeSize: 1, ...more });
}

function changedBetween(first: StubSnapshot, second: StubSnapshot, name: string): readonly object[] {
  const indexes = [...new Set([...first.keys(), ...second.keys()])].sort((a, b) => a - b);
  return indexes.flatMap((index) => {
    const [before, after] = [first.get(index), second.get(index)];
    if (before !== undefined && after !== undefined && before.equals(after)) return [];
    return [
      {
        BlockIndex: index,
        ...(before !== undefined && { FirstBlockToken: 'first' }),
        ...(after !== undefined && { SecondBlockToken: tokenOf(name, index) }),
      },
    ];
  });
}

function tokenOf(snapshot: string, index: number): string {
  return `token-of-${snapshot}-${index}`;
}
