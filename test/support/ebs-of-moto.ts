import { CompleteSnapshotCommand, PutSnapshotBlockCommand, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import type { EBSClient } from '@aws-sdk/client-ebs';
import { createHash } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

export const ebsBlockBytes = 512 * 1024;

/** The way to moto's EBS and EC2, with what EBS says otherwise. */
export interface EbsOfMoto extends LocalServer {
  /** Lets EC2 call the volume of a snapshot by this id: moto makes a volume for each snapshot that is written block by block. */
  callVolume(made: string, volumeId: string): void;
}

/** moto calls the size of a block 512 bytes, whatever it holds; EBS has blocks of 512 KiB. */
export async function ebsOfMoto(moto: string): Promise<EbsOfMoto> {
  const names = new Map<string, string>();
  const { hostname, port } = new URL(moto);
  const server = await listen((request, response) => {
    const { method, url, headers } = request;
    const upstream = requestHttp({ hostname, port, method, path: url, headers }, (answer) => {
      void bodyOf(answer).then((body) => {
        // moto calls the content of a block JSON, too.
        const isText = !/\/blocks\/\d+/.test(url ?? '');
        const changed = isText ? Buffer.from(corrected(body.toString(), names)) : body;
        const headers = { ...answer.headers, 'content-length': String(changed.length) };
        delete headers['transfer-encoding'];
        response.writeHead(answer.statusCode ?? 500, headers).end(changed);
      });
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  });
  return { ...server, callVolume: (made, volumeId) => names.set(made, volumeId) };
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function corrected(text: string, names: ReadonlyMap<string, string>): string {
  const sized = text.replace(/"BlockSize": ?512\b/, `"BlockSize": ${ebsBlockBytes}`);
  return [...names].reduce((rest, [made, name]) => rest.replaceAll(made, name), sized);
}

export interface WrittenSnapshot {
  readonly sizeGib: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly blocks: ReadonlyMap<number, Buffer>;
}

/** Makes a snapshot of these blocks; its id. */
export async function writeSnapshot(client: EBSClient, { sizeGib, tags, blocks }: WrittenSnapshot): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { SnapshotId = '' } = await client.send(new StartSnapshotCommand({ VolumeSize: sizeGib, Tags }));
  for (const [BlockIndex, BlockData] of blocks)
    await client.send(
      new PutSnapshotBlockCommand({
        SnapshotId,
        BlockIndex,
        BlockData,
        DataLength: BlockData.length,
        Checksum: createHash('sha256').update(BlockData).digest('base64'),
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  await client.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: blocks.size }));
  return SnapshotId;
}
