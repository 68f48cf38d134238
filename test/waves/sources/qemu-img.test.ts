import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { qemuImg } from '../../../waves/sources/qemu-img.js';
import type { QemuImg } from '../../../waves/sources/qemu-img.js';

let folder: string;
let disk: { readonly file: string; readonly format: string };
let target: { readonly file: string; readonly format: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-qemu-'));
  disk = { file: join(folder, 'disk.raw'), format: 'raw' };
  target = { file: join(folder, 'disk.qcow2'), format: 'qcow2' };
  writeFileSync(disk.file, 'content');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program in place of qemu-img, which notes its arguments. The real one runs in the integration tests. */
function standIn(script: string): QemuImg {
  const file = join(folder, 'qemu-img');
  writeFileSync(file, `#!/bin/sh\necho "$@" >> ${join(folder, 'calls')}\n${script}\n`);
  chmodSync(file, 0o755);
  return qemuImg(file);
}

test('a program that is not installed says how to install it', async () => {
  const missing = qemuImg(join(folder, 'none'));
  for (const call of [missing.version(), missing.isEqual(disk, target)])
    await expect(call).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringContaining('apt-get install qemu-utils'),
    });
});

test('its version is the first line', async () => {
  expect(await standIn('printf "qemu-img version 7.2\\nCopyright\\n"').version()).toBe('qemu-img version 7.2');
});

describe('info', () => {
  test('tells format, size, and the file that it needs besides', async () => {
    const known = standIn(`echo '{"format":"vmdk","virtual-size":1024,"backing-filename":"base.vmdk"}'`);
    expect(await known.info(disk.file)).toEqual({ format: 'vmdk', virtualBytes: 1024, backingFile: 'base.vmdk' });
    expect(await standIn(`echo '{"format":"raw","virtual-size":7}'`).info(disk.file)).toEqual({
      format: 'raw',
      virtualBytes: 7,
    });
  });

  test.each([`echo '{"format":"raw"}'`, `echo '{}'`])(
    'of which something is missing is an error: %s',
    async (script) => {
      await expect(standIn(script).info(disk.file)).rejects.toMatchObject({
        name: 'SourcePreparationError',
        message: 'qemu-img info did not tell the format and the size of a file.',
      });
    },
  );

  test('that fails says why', async () => {
    await expect(standIn('echo "Could not open: Permission denied" >&2; exit 1').info(disk.file)).rejects.toMatchObject(
      {
        name: 'SourcePreparationError',
        message: 'qemu-img info failed: Could not open: Permission denied',
      },
    );
    await expect(standIn('exit 3').info(disk.file)).rejects.toThrow('qemu-img info failed: exit code 3');
  });
});

describe('convert', () => {
  test('writes the target in one step', async () => {
    await standIn('cp "$6" "$7"').convert(disk, target);
    expect(readFileSync(target.file, 'utf8')).toBe('content');
    expect(existsSync(`${target.file}.part`)).toBe(false);
    expect(readFileSync(join(folder, 'calls'), 'utf8').trim()).toBe(
      `convert -f raw -O qcow2 ${disk.file} ${target.file}.part`,
    );
  });

  test('that fails half-way leaves neither the target nor its part', async () => {
    const failing = standIn('echo half > "$7"; echo "No space left on device" >&2; exit 1');
    await expect(failing.convert(disk, target)).rejects.toThrow('No space left on device');
    expect([existsSync(target.file), existsSync(`${target.file}.part`)]).toEqual([false, false]);
  });

  test('that is interrupted ends the program, and leaves nothing', async () => {
    const stop = new AbortController();
    const converting = standIn('echo half > "$7"; exec sleep 60').convert(disk, target, stop.signal);
    while (!existsSync(`${target.file}.part`)) await new Promise((later) => setTimeout(later, 5));
    stop.abort(new Error('the lease is lost'));
    await expect(converting).rejects.toThrow('the lease is lost');
    expect([existsSync(target.file), existsSync(`${target.file}.part`)]).toEqual([false, false]);
  });
});

describe('compare', () => {
  test.each([
    [0, true],
    [1, false],
  ])('an exit code of %d: %p', async (code, isEqual) => {
    expect(await standIn(`exit ${code}`).isEqual(disk, target)).toBe(isEqual);
  });

  test('any other one is an error, and so is a program that was killed', async () => {
    await expect(standIn('echo "Could not open" >&2; exit 2').isEqual(disk, target)).rejects.toMatchObject({
      name: 'SourcePreparationError',
      message: 'qemu-img compare failed: Could not open',
    });
    await expect(standIn('exit 4').isEqual(disk, target)).rejects.toThrow('qemu-img compare failed: exit code 4');
    await expect(standIn('kill -9 $$').isEqual(disk, target)).rejects.toThrow('a signal ended it');
  });
});
