import { expect, test } from '@jest/globals';
import { ok } from '../../../core/result.js';
import { diagnostic } from '../../../core/diagnostic.js';
import type { CopyEngine } from '../../../migration/copy/copy-engine.js';
import { checkRun } from '../../../migration/run/index.js';
import type { RunConnections, RunPorts } from '../../../migration/run/index.js';

const connections: RunConnections = {
  source: { endpoint: null, region: 'us-east-1' },
  target: { type: 'swift', endpoint: 'https://swift.acme.example', region: 'r', trailingChecksums: false },
  trino: { url: 'https://trino.acme.example', user: 'admin', version: 476 },
  buckets: {},
};
const missing = diagnostic({ code: 'rclone-missing', message: 'It is not there.', fix: 'Install it.' });
const engine = (name: CopyEngine['name'], problems: (typeof missing)[]): CopyEngine => ({
  name,
  copy: () => {
    throw new Error('nothing is copied');
  },
  check: () => Promise.resolve(problems),
});
const ports = {
  engines: new Map([
    ['stream', engine('stream', [])],
    ['rclone', engine('rclone', [missing])],
  ]),
  trino: { query: () => Promise.resolve(ok({ columns: [], rows: [['hive']] })) },
} as unknown as RunPorts;

test('an engine is checked that a table of the run uses, and no other', async () => {
  const catalogs = ['hive'];
  expect(await checkRun(ports, connections, { catalogs, engines: ['stream'] })).toEqual([]);
  expect(await checkRun(ports, connections, { catalogs, engines: ['stream', 'rclone'] })).toEqual([missing]);
});
