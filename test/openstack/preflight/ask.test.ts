import { expect, test } from '@jest/globals';
import { ok } from '../../../core/result.js';
import { ask } from '../../../openstack/preflight/ask.js';
import type { CloudSession } from '../../../openstack/session/index.js';

const answering = (status: number, text: string): CloudSession =>
  ({ send: () => Promise.resolve(ok({ status, text })) }) as unknown as CloudSession;

test.each([
  [200, '{}', "its answer has no 'flavors'"],
  [200, '{"flavors":null}', "its answer has no 'flavors'"],
  [200, 'null', "its answer has no 'flavors'"],
  [200, '<html>', 'its answer is not JSON'],
  [403, '{"forbidden":{}}', 'HTTP 403'],
])('an answer of %d with %s is a warning that this was not checked', async (status, text, reason) => {
  const asked = await ask<{ flavors: object }>(answering(status, text), 'compute', '/flavors/detail?a=b', 'flavors');
  expect(asked).toMatchObject({
    ok: false,
    error: {
      code: 'not-checked',
      severity: 'warning',
      message: `The service compute does not answer the request for /flavors/detail (${reason}), so that was not checked.`,
    },
  });
});

test('an answer that has the key is taken', async () => {
  const asked = await ask<{ flavors: object }>(
    answering(200, '{"flavors":[]}'),
    'compute',
    '/flavors/detail',
    'flavors',
  );
  expect(asked).toEqual(ok({ flavors: [] }));
});
