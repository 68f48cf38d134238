import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { attentionPattern, eventSource, requestedPattern } from '../../../stacks/waves/event-patterns.js';
import { expectGolden } from '../../support/golden.js';

const patterns = { requested: requestedPattern, attention: attentionPattern };

const requested = { migrationId: 'm-1', correlationId: 'c-1' };
const events: Readonly<Record<string, object>> = {
  'a machine is requested': event('machine.requested', requested),
  'a request without a correlation id': event('machine.requested', { migrationId: 'm-1' }),
  'a request of another system': { ...event('machine.requested', requested), source: 'acme.waves' },
  'a machine was cut over': event('machine.cut-over', requested),
  'a machine needs attention': event('machine.needs-attention', requested),
  'a rollback failed': event('machine.rollback-failed', requested),
};

function event(type: string, detail: object): object {
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    source: eventSource,
    'detail-type': type,
    account: '123456789012',
    time: '2026-12-01T10:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
  };
}

/** What AWS's own matcher says. */
function matched(pairs: readonly { readonly pattern: object; readonly event: object }[]): readonly string[] {
  const printed = (program: string, args: readonly string[], input = ''): string =>
    execFileSync(program, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] }).trim();
  const java = printed('tools/lakehouse/java.sh', ['17']);
  const jars = printed('tools/event-ruler/install.sh', ['--check']);
  const lines = pairs.map((pair) => JSON.stringify(pair)).join('\n');
  return printed(join(java, 'bin', 'java'), ['-cp', join(jars, '*'), 'tools/event-ruler/Match.java'], lines).split(
    '\n',
  );
}

test("each rule takes its events and no others, says AWS's event-ruler", () => {
  const pairs = Object.entries(patterns).flatMap(([rule, pattern]) =>
    Object.entries(events).map(([name, each]) => ({ rule, name, pattern, event: each })),
  );
  const answers = matched(pairs);
  const table = pairs.map(({ rule, name }, index) => `${rule}: ${name}: ${answers[index] ?? 'no answer'}\n`).join('');
  expectGolden('event-patterns.txt', table);
  const [invalid] = matched([{ pattern: { source: 'not a list' }, event: {} }]);
  expect(invalid).toMatch(/^invalid: /);
});
