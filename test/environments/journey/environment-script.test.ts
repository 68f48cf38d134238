import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differencesOf, environmentScript } from '../../../environments/journey/environment-script.js';

test('a shell that sources the script has just these variables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-journey-'));
  try {
    const odd = `it's "odd" $HOME \`id\` \\ \n end`;
    const script = join(folder, 'env.sh');
    writeFileSync(script, environmentScript({ ODD: odd, GONE: undefined }));
    const { stdout } = spawnSync('sh', ['-c', '. "$0"; printf %s "$ODD|${GONE-unset}"', script], {
      encoding: 'utf8',
      env: { ...process.env, GONE: 'there' },
    });
    expect(stdout).toBe(`${odd}|unset`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what the process has already is not written', () => {
  expect(differencesOf({ SAME: 'a', OTHER: 'b', GONE: undefined }, { SAME: 'a', OTHER: 'a', GONE: 'c' })).toEqual({
    OTHER: 'b',
    GONE: undefined,
  });
});
