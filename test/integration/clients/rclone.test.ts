import { expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRclone, startRclone } from '../../../clients/rclone/index.js';
import { remoteControl } from '../../../clients/rclone/remote-control.js';
import { childArguments } from '../../support/processes.js';

const program = execFileSync(join(import.meta.dirname, '..', '..', '..', 'tools', 'rclone', 'install.sh'), {
  encoding: 'utf8',
}).trim();

test('the rclone that the toolchain installs is new enough', async () => {
  expect(await findRclone(program)).toEqual({ ok: true, value: expect.stringMatching(/^1\.7\d\.\d/) });
});

test('rclone answers only who has its password, which is not on its command line; stopped, it leaves nothing', async () => {
  const started = await startRclone({ program });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const { pid } = started.value;
  const of = (file: string): readonly string[] => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  const env = new Map(of('environ').map((line) => line.split(/=(.*)/s, 2) as [string, string]));
  expect(of('cmdline')).toEqual([program, 'rcd', '--config', '', '']);
  const socket = (env.get('RCLONE_RC_ADDR') ?? '').replace('unix://', '');
  const stranger = remoteControl(socket, { user: env.get('RCLONE_RC_USER') ?? '', password: 'guessed' });
  expect(await stranger.call('rc/noop', {})).toMatchObject({ ok: false, error: { kind: 'refused' } });
  stranger.close();
  await started.value.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(existsSync(join(socket, '..'))).toBe(false);
});

test('rclone ends with the process that started it, even if that is killed', async () => {
  const child = spawn(process.execPath, childArguments('rclone-child.ts', program), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(process.kill(pid, 0)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const isThere = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isThere()) await delay(50);
  expect(isThere()).toBe(false);
}, 30_000);
