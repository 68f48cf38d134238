import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lakekeeperSetup, polarisSetup } from '../../../constructs/iceberg-rest-catalog/warehouse-setup.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';

const store = { endpoint: 'https://rgw.example', region: 'r', credentialsSecret: 's' };
const script = join(import.meta.dirname, '../../../constructs/iceberg-rest-catalog/apply-requests.py');

interface Catalog {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly storageConfigInfo: { readonly allowedLocations: readonly string[] };
}

/** A stub of Polaris's management API: it stores what it is sent, and counts writes. */
class PolarisStub {
  readonly catalogs = new Map<string, Catalog & { readonly entityVersion: number }>();
  writes = 0;

  answer(method: string, path: string, body: string): unknown {
    if (path.endsWith('/oauth/tokens')) return { access_token: 't' };
    const name = decodeURIComponent(/\/catalogs\/(.+)$/.exec(path)?.[1] ?? '');
    const found = this.catalogs.get(name);
    if (method === 'GET') return found ?? { catalogs: [...this.catalogs.values()] };
    this.writes += 1;
    const sent = JSON.parse(body) as { readonly catalog?: Catalog; readonly currentEntityVersion?: number };
    if (sent.catalog !== undefined) this.catalogs.set(sent.catalog.name, { ...sent.catalog, entityVersion: 1 });
    else if (found !== undefined && sent.currentEntityVersion === found.entityVersion)
      this.catalogs.set(name, { ...found, ...sent, entityVersion: found.entityVersion + 1 });
    return {};
  }
}

const stub = new PolarisStub();
let server: LocalServer;

beforeAll(async () => {
  server = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = stub.answer(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString());
      response.end(JSON.stringify(answer));
    });
  });
});

afterAll(() => server.stop());

async function apply(buckets: readonly string[]): Promise<readonly string[]> {
  const setup = polarisSetup([{ name: 'iceberg', bucket: 'warehouse' }], buckets, store);
  const file = join(mkdtempSync(join(tmpdir(), 'a2o-setup-')), 'setup.json');
  writeFileSync(file, setup.replaceAll('http://127.0.0.1:8181', server.url));
  await promisify(execFile)('/usr/bin/python3', [script, file], { env: { ...process.env, POLARIS_ROOT_SECRET: 'x' } });
  return stub.catalogs.get('iceberg')?.storageConfigInfo.allowedLocations ?? [];
}

test('Polaris allows the warehouse and every bucket of tables, also one that is mapped later', async () => {
  expect(await apply(['sales', 'logs'])).toEqual(['s3://logs/', 's3://sales/', 's3://warehouse/']);
  expect(await apply(['sales', 'logs'])).toHaveLength(3);
  expect(stub.writes).toBe(1);
  expect(await apply(['sales', 'web'])).toEqual(['s3://logs/', 's3://sales/', 's3://warehouse/', 's3://web/']);
  expect(stub.writes).toBe(2);
  expect(stub.catalogs.get('iceberg')?.properties).toEqual({
    'default-base-location': 's3://warehouse/',
    'polaris.config.allow.unstructured.table.location': 'true',
  });
});

test('a warehouse of Lakekeeper takes s3a:// for its bucket', () => {
  expect(lakekeeperSetup([{ name: 'iceberg', bucket: 'sales' }], store)).toContain(
    '"allow-alternative-protocols":true',
  );
});
