import { expect, test } from '@jest/globals';
import { hostname, userInfo } from 'node:os';
import { isOwnDead } from '../../../environments/test-env/state-store.js';

const startedAt = new Date('2026-01-01T12:00:00Z');
const own = { ID: 'x', Who: `${userInfo().username}@${hostname()}`, Created: '2026-01-01T12:00:07.123456789Z' };

test('a lock is our own dead run’s when this user took it here just after that run began', () => {
  expect(isOwnDead(own, { pid: 1, startedAt })).toBe(true);
});

test.each([
  ['somebody else took it', { ...own, Who: 'ann@elsewhere' }, { pid: 1, startedAt }],
  ['it is older than the run', { ...own, Created: '2026-01-01T11:59:00Z' }, { pid: 1, startedAt }],
  ['it was taken long after the run began', { ...own, Created: '2026-01-01T12:10:00Z' }, { pid: 1, startedAt }],
  ['there was no run', own, undefined],
])('it is not when %s', (_case, lock, earlier) => {
  expect(isOwnDead(lock, earlier)).toBe(false);
});
