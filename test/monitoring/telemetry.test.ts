import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTraced } from '../../monitoring/telemetry/is-traced.js';
import { listen } from '../support/http-server.js';
import type { LocalServer } from '../support/http-server.js';
import { startOtlpReceiver } from '../support/otlp-receiver.js';
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver.js';
import { command } from '../support/processes.js';

const demo = join(import.meta.dirname, '..', '..', 'examples', 'demo');
/** One table is mapped, so that there is one job. */
const mapping = `apiVersion: aws2openstack/v1
kind: MappingTemplate
metadata: { name: one }
extends: default
target: { objectStore: { endpoint: https://store.acme.example } }
rules:
  - { name: all but one, when: { kind: table, not: { table: sales_data } }, skip: not now }
`;
const secrets = { A2O_TARGET_ACCESS_KEY_ID: 'AKIDTARGET', A2O_TARGET_SECRET_ACCESS_KEY: 'hidden-of-target' };
const source = { AWS_ACCESS_KEY_ID: 'AKIDSOURCE', AWS_SECRET_ACCESS_KEY: 'hidden-of-source', AWS_MAX_ATTEMPTS: '1' };

let receiver: OtlpReceiver;
let refusing: LocalServer;
let folder = '';
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  refusing = await listen((_request, response) =>
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
  );
});
afterAll(async () => {
  await receiver.stop();
  await refusing.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-telemetry-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const own = { ...secrets, ...source, A2O_STATE_DIR: join(folder, 'state'), HOME: folder, ...env };
  return new Promise((settle) => {
    execFile(process.execPath, [command, ...args], { env: own }, (error, _stdout, stderr) => {
      settle({ code: Number(error?.code ?? 0), stderr });
    });
  });
}

function named(name: string): ReceivedSpan {
  const found = receiver.spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} among ${receiver.spans.map((span) => span.name).join()}`);
  return found;
}

test('a run is one trace, from the command that starts it to the requests of the worker', async () => {
  const mappingFile = join(folder, 'one.yaml');
  writeFileSync(mappingFile, mapping);
  const files = ['--assessment', demo, '--mapping', mappingFile, '--source-endpoint-url', refusing.url];
  const start = ['migrate', 'start', ...files, '--trino-url', 'https://127.0.0.1:1', '--no-check'];
  const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  const traceparent = `00-${parent.traceId}-${parent.spanId}-01`;
  expect(await run(start, { ...receiver.env, TRACEPARENT: traceparent })).toEqual({ code: 0, stderr: '' });
  const work = await run(['migrate', 'worker', '--until-done', '--log', 'json'], receiver.env);
  expect(work.code).toBe(1);

  const [started, worker] = [named('aws2openstack migrate start'), named('aws2openstack migrate worker')];
  const [job, listing] = [named('job migrate-table'), named('GET')];
  expect(started).toMatchObject({ traceId: parent.traceId, parentSpanId: parent.spanId });
  expect(job).toMatchObject({ traceId: parent.traceId, parentSpanId: started.spanId });
  expect(listing).toMatchObject({ traceId: parent.traceId, parentSpanId: job.spanId, status: { message: '403' } });
  // Without the query.
  expect(listing.attributes['url.full']).toMatch(new RegExp(`^${refusing.url}/[^?]+$`));
  // The worker is older than the job, and works on many: its own trace is linked.
  expect(worker.traceId).not.toBe(parent.traceId);
  expect(job.links).toEqual([expect.objectContaining({ traceId: worker.traceId, spanId: worker.spanId })]);
  expect(job.attributes).toMatchObject({
    'aws2openstack.job': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'aws2openstack.end': 'blocked',
  });
  expect(job.resource).toMatchObject({ 'service.name': 'aws2openstack', 'service.version': '0.1.0' });

  const lines = work.stderr.trimEnd().split('\n');
  const ended = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ event }) => event === 'ended');
  expect(ended).toMatchObject({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    message: expect.stringContaining('test_analytics.sales_data: paused until a person acts'),
    table: 'test_analytics.sales_data',
    job: job.attributes['aws2openstack.job'],
    run: job.attributes['aws2openstack.run'],
    trace_id: job.traceId,
    span_id: job.spanId,
  });

  const sent = JSON.stringify(receiver.spans) + work.stderr;
  for (const secret of [...Object.values(secrets), ...Object.values(source).slice(0, 2), mappingFile])
    expect(sent).not.toContain(secret);
}, 300_000);

test('a collector that cannot be reached is reported once, and changes nothing else', async () => {
  const unreachable = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
  const { code, stderr } = await run(['mappings', 'list'], unreachable);
  expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
    code: 0,
    lines: [expect.stringMatching(/^Traces are not delivered: .*ECONNREFUSED/)],
  });
}, 60_000);

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: 'lake' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  [{ OTEL_TRACES_EXPORTER: 'console' }, true],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, false],
  [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, false],
])('with %j traces are sent: %s', (env, expected) => {
  expect(isTraced(env)).toBe(expected);
});
