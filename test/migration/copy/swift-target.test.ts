import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { swiftTransfer } from '../../../clients/swift/index.js';
import type { SwiftTransfer } from '../../../clients/swift/index.js';
import { swiftStreamTarget } from '../../../migration/copy/stream/swift-target.js';
import type { StreamTarget } from '../../../migration/copy/stream/target.js';
import { sha256 } from '../../support/copy-stores.js';
import { listen } from '../../support/http-server.js';
import type { LocalServer } from '../../support/http-server.js';
import { objectRef } from '../../support/memory-bucket.js';

const page = '<html><body>Please log in</body></html>';
const signal = new AbortController().signal;
const place = { bucket: 'lake', key: 'k' };
const upload = { ...place, uploadId: 'u' };
const properties = { content: {}, metadata: {}, tags: '', left: [] };
const object = { source: objectRef('k'), properties };
const content = { bytes: Buffer.from('x'), sha256: sha256(Buffer.from('x')) };
const unexpected = { ok: false, error: { code: 'UnexpectedAnswer' } };

let server: LocalServer;
let transfer: SwiftTransfer;
let target: StreamTarget;
let answer: string;
beforeEach(async () => {
  answer = page;
  server = await listen((request, response) => {
    request.resume().on('end', () => response.end(answer));
  });
  transfer = swiftTransfer({ account: { storageUrl: `${server.url}/v1/AUTH_a`, token: 't' } }, { connections: 1 });
  target = swiftStreamTarget(transfer);
});
afterEach(async () => {
  await transfer.close();
  await server.stop();
});

test("the page of a proxy is not Swift's answer, whatever its status", async () => {
  expect(await target.rules()).toMatchObject(unexpected);
  expect(await target.put(place, content, object, signal)).toMatchObject(unexpected);
  expect(await target.putPart(upload, 1, content, signal)).toMatchObject(unexpected);
  expect(await target.arrived(upload, signal)).toMatchObject(unexpected);
  expect(await target.complete(upload, [], object, signal)).toMatchObject(unexpected);
  expect(await target.abort(upload, signal)).toMatchObject(unexpected);
});

test('a listing of segments that gives the same page again ends with a failure', async () => {
  answer = JSON.stringify([{ name: 'a2o/x/u/00000001', hash: 'h', bytes: 1 }]);
  expect(await target.arrived(upload, signal)).toMatchObject(unexpected);
});
