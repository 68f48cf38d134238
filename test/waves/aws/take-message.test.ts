import { beforeEach, expect, test } from '@jest/globals';
import type { EventBus } from '../../../waves/aws/event-bus.js';
import { takeMessage } from '../../../waves/aws/take-message.js';
import type { MessagePorts } from '../../../waves/aws/take-message.js';
import { Interpreter } from '../../../waves/local/index.js';
import { machineMove } from '../../../waves/state-machine/index.js';
import { MemoryWaves } from '../../support/memory-waves.js';
import { payloadOf } from '../../support/wave-payloads.js';

const now = new Date('2026-12-01T10:00:00Z');
let store: MemoryWaves;
let announced: string[];
let logged: string[];
let ports: MessagePorts;

beforeEach(() => {
  store = new MemoryWaves({ interpreter: new Interpreter(machineMove), leaseSeconds: 60, now: () => now });
  announced = [];
  logged = [];
  const bus: Pick<EventBus, 'announce'> = {
    announce: (type, detail) => {
      announced.push(`${type} ${JSON.stringify(detail)}`);
      return Promise.resolve();
    },
  };
  const log: MessagePorts['log'] = (level, message) => logged.push(`${level}: ${message}`);
  ports = { store, bus: bus as EventBus, now: () => now, log };
});

const request = JSON.stringify(payloadOf('m-1', { correlationId: 'change-42' }));
const event = 'machine.requested {"migrationId":"m-1","correlationId":"change-42"}';

function order(kind: string, migrationId = 'm-1'): string {
  return JSON.stringify({ order: { migrationId, kind, by: 'ada@acme.example' } });
}

test('a request is stored and announced; while nothing has begun, it is announced each time it comes', async () => {
  await takeMessage(request, ports);
  await takeMessage(request, ports);
  expect(announced).toEqual([event, event]);
  expect(logged).toEqual(['info: A machine was submitted.', 'info: The machine was submitted before.']);
});

test('a request that comes again after its machine has begun changes nothing', async () => {
  await takeMessage(request, ports);
  const claim = await store.claim('m-1');
  await store.save('m-1', claim?.fence ?? -1, { at: now, status: 'VALIDATING' });
  await takeMessage(request, ports);
  expect(announced).toEqual([event]);
});

test('an order is stored for its machine', async () => {
  await takeMessage(request, ports);
  await takeMessage(order('cutover'), ports);
  expect((await store.read('m-1'))?.orders).toMatchObject([{ kind: 'cutover', by: 'ada@acme.example' }]);
});

test.each([
  ['not JSON', '{', 'The message is not JSON.'],
  ['a payload that lacks fields', '{"migrationId":"m-2"}', 'appName'],
  ['an order of no machine', order('cutover', 'm-9'), 'There is no machine m-9: submit it first.'],
  ['an order that the status does not allow', order('finalize'), "m-1 is in a status that takes no order 'finalize'."],
])('%s is refused for good, with the reason', async (_what, body, reason) => {
  await takeMessage(request, ports);
  await expect(takeMessage(body, ports)).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining(reason),
  });
});
