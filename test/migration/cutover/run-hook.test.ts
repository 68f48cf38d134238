import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHook } from '../../../migration/cutover/run-hook.js';
import type { HookCall } from '../../../migration/cutover/run-hook.js';
import { until } from '../../support/jobs.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-hook-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const secret = 'kJ8#nothing-that-looks-like-one';

function call(script: string, more: Partial<HookCall> & { readonly environment?: readonly string[] } = {}): HookCall {
  const { environment = [], ...rest } = more;
  writeFileSync(join(folder, 'hook.sh'), script, { mode: 0o700 });
  return {
    hook: { run: ['sh', './hook.sh', 'a b', '$HOME;*'], environment },
    cutoverId: '1a2b',
    step: 'freeze',
    action: 'do',
    folder,
    env: { PATH: process.env['PATH'], AWS_SECRET_ACCESS_KEY: secret, OTHER: 'other' },
    signal: new AbortController().signal,
    ...rest,
  };
}

test('a hook gets its arguments as they are, what it is called for, and the variables that are named', async () => {
  const script =
    'echo "$1|$2|$A2O_CUTOVER_ID|$A2O_CUTOVER_STEP|$A2O_CUTOVER_ACTION|$OTHER|${AWS_SECRET_ACCESS_KEY-none}"; pwd';
  expect(await runHook(call(script, { environment: ['OTHER'] }))).toEqual({
    isDone: true,
    output: `a b|$HOME;*|1a2b|freeze|do|other|none\n${folder}`,
  });
});

test('what it prints is kept without credentials: those that look like one, and those that it was given', async () => {
  const script = 'echo "key $AWS_SECRET_ACCESS_KEY"; echo "password=hunter2 done" >&2; exit 3';
  const { isDone, output, details } = await runHook(call(script, { environment: ['AWS_SECRET_ACCESS_KEY'] }));
  expect([isDone, details]).toEqual([false, { reason: 'sh ended with exit code 3' }]);
  expect(output).toContain('key [redacted]');
  expect(output).toContain('password=[redacted] done');
  expect(output).not.toMatch(/hunter2|nothing-that/);
});

test('of much output the end is kept', async () => {
  const { output = '' } = await runHook(call('i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done'));
  expect([output.length, output.endsWith('line 19999')]).toEqual([4001, true]);
});

test('a hook that takes too long is ended, with everything that it has started', async () => {
  const script = `sleep 600 & echo $! > '${join(folder, 'pid')}'; wait`;
  const { hook, ...rest } = call(script);
  const { details } = await runHook({ ...rest, hook: { ...hook, timeoutSeconds: 1 } });
  expect(details).toEqual({ reason: 'sh took longer than 1 s and was ended' });
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await until(() => (isAlive(pid) ? undefined : true));
});

test('a hook that leaves a daemon behind has ended, with what it printed', async () => {
  const script = `setsid sleep 600 & echo $! > '${join(folder, 'daemon')}'; echo frozen; exit 0`;
  const { hook, ...rest } = call(script);
  const ended = await runHook({ ...rest, hook: { ...hook, timeoutSeconds: 60 } });
  expect(ended).toEqual({ isDone: true, output: 'frozen' });
  const pid = Number(readFileSync(join(folder, 'daemon'), 'utf8'));
  expect(isAlive(pid)).toBe(true);
  process.kill(pid);
});

test('an argument that no program can get is a failure with a reason', async () => {
  const { hook, ...rest } = call('');
  expect(await runHook({ ...rest, hook: { ...hook, run: ['sh', '-c', 'exit 0\0'] } })).toEqual({
    isDone: false,
    details: { reason: 'sh cannot be run (ERR_INVALID_ARG_VALUE)' },
  });
});

test('an interrupted hook is ended and says so', async () => {
  const stop = new AbortController();
  const running = runHook(call(`echo ready > '${join(folder, 'ready')}'; sleep 600`, { signal: stop.signal }));
  await until(() => {
    try {
      return readFileSync(join(folder, 'ready'), 'utf8') === '' ? undefined : true;
    } catch {
      return undefined;
    }
  });
  stop.abort();
  expect(await running).toMatchObject({ isDone: false, details: { reason: 'sh was interrupted' } });
});

test('a program that does not exist is a failure with a reason', async () => {
  const { hook, ...rest } = call('');
  expect(await runHook({ ...rest, hook: { ...hook, run: ['./no-such-program'] } })).toEqual({
    isDone: false,
    output: '',
    details: { reason: './no-such-program cannot be run (ENOENT)' },
  });
});

/** Nobody may wait for the orphan, which stays as a zombie then. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
