import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../core/canonical-json.js';

const scripts = join(import.meta.dirname, '..', '..', '..', 'environments', 'test-data');

let folder: string;
let python: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-generator-'));
  python = execFileSync(join(scripts, 'install.sh'), ['--check'], { encoding: 'utf8' }).trim();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Generated {
  readonly code: number | null;
  readonly stderr: string;
}

function generate(output: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Generated {
  const command = [join(scripts, 'generate.py'), '--output', output, ...args];
  const { status, stderr } = spawnSync(python, command, { env: { ...process.env, ...env }, encoding: 'utf8' });
  return { code: status, stderr };
}

/** Path and SHA-256 of every file. */
function contentOf(output: string): Readonly<Record<string, string>> {
  const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(output.length), sha256(readFileSync(path))]));
}

describe('what is generated', () => {
  test('is the same, byte for byte, in two runs, whatever the time zone and the locale', () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    expect(generate(one)).toMatchObject({ code: 0 });
    expect(generate(two, [], { TZ: 'Asia/Tokyo', LC_ALL: 'C', PYTHONHASHSEED: '7' })).toMatchObject({ code: 0 });
    expect(contentOf(two)).toEqual(contentOf(one));
    expect(Object.keys(contentOf(one))).toHaveLength(19);
  }, 120_000);

  test('is 1000 rows a file, small, and told with sizes', () => {
    const output = join(folder, 'told');
    const { stderr } = generate(output);
    expect(stderr).toContain('test_analytics.sales_data ... 3000 rows');
    const [, size] = /18 files, ([\d.]+) KiB/.exec(stderr) ?? [];
    expect(Number(size)).toBeLessThan(10 * 1024);
    expect(
      readFileSync(join(output, 'logs/access_logs/date=2025-01-01/part-00000.csv'), 'utf8').split('\n'),
    ).toHaveLength(1002);
  }, 120_000);

  test('is not made again when it is there, and is when a file of it was damaged', () => {
    const output = join(folder, 'again');
    generate(output);
    const before = contentOf(output);
    expect(generate(output).stderr).toContain('is up to date');
    appendFileSync(join(output, 'logs/metrics_orc/part-00000.orc'), 'x');
    expect(generate(output, ['--check'])).toMatchObject({ code: 1 });
    expect(generate(output)).toMatchObject({ code: 0 });
    expect(contentOf(output)).toEqual(before);
  }, 120_000);

  test('names the bucket that it is for in the metadata of the Iceberg table, and no other', () => {
    const output = join(folder, 'located');
    generate(output, ['--location', 's3://elsewhere/lake', '--rows', '50']);
    const metadata = join(output, 'analytics/customer_data/metadata');
    for (const name of readdirSync(metadata).filter((file) => file.endsWith('.json'))) {
      const text = readFileSync(join(metadata, name), 'latin1');
      expect([name, text.includes('s3://elsewhere/lake/analytics/customer_data')]).toEqual([name, true]);
      expect([name, text.includes('aws2openstack-test-data')]).toEqual([name, false]);
    }
  }, 120_000);
});

describe('a run that fails says why and leaves nothing', () => {
  test.each([
    ['a file that is cut off', 'ulimit -f 16; trap "" XFSZ', 'File too large'],
    ['a folder that cannot be made', 'true', 'Not a directory'],
  ])(
    '%s',
    (name, before, cause) => {
      const inside = mkdtempSync(join(folder, 'failed-'));
      const output = name.startsWith('a folder') ? join(inside, 'file', 'generated') : join(inside, 'generated');
      if (name.startsWith('a folder')) writeFileSync(join(inside, 'file'), '');
      const command = `${before}; exec "$0" "$@"`;
      const { status, stderr } = spawnSync(
        'bash',
        ['-c', command, python, join(scripts, 'generate.py'), '--output', output],
        { encoding: 'utf8' },
      );
      expect([status, stderr]).toEqual([1, expect.stringContaining(cause)]);
      expect(stderr).toMatch(/^ {2}fix: /m);
      expect(stderr).not.toContain('Traceback');
      expect(existsSync(output)).toBe(false);
      expect(readdirSync(inside).filter((entry) => entry !== 'file')).toEqual([]);
    },
    60_000,
  );

  test('a folder that holds anything else is not replaced', () => {
    const output = mkdtempSync(join(folder, 'foreign-'));
    mkdirSync(join(output, 'inside'));
    writeFileSync(join(output, 'inside', 'mine.txt'), 'mine');
    const { code, stderr } = generate(output, ['--rows', '10']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/mine\.txt is not test data\.\n {2}fix: name a new folder/),
    ]);
    expect(readdirSync(output, { recursive: true }).sort()).toEqual(['inside', 'inside/mine.txt']);
    rmSync(join(output, 'inside'), { recursive: true });
    expect(generate(output, ['--rows', '10'])).toMatchObject({ code: 0 });
    writeFileSync(join(output, 'mine.txt'), 'mine');
    expect(generate(output, ['--rows', '20'])).toMatchObject({ code: 1 });
    expect(existsSync(join(output, 'mine.txt'))).toBe(true);
  }, 60_000);

  test('a file is not replaced by a folder', () => {
    const output = join(folder, 'file');
    writeFileSync(output, 'mine');
    const { code, stderr } = generate(output, ['--rows', '10']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is a file.\n  fix: ')]);
    expect(readFileSync(output, 'utf8')).toBe('mine');
  }, 60_000);

  test('a truncated file is found', () => {
    const output = join(folder, 'truncated');
    generate(output);
    truncateSync(join(output, 'analytics/sales_data/year=2025/month=02/part-00000.parquet'), 1000);
    const { code, stderr } = generate(output, ['--check']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/month=02\/part-00000\.parquet is missing or was changed/),
    ]);
  }, 60_000);

  test('what a killed run left is removed by the next, and not what one that still runs needs', () => {
    const output = join(folder, 'killed');
    const leftover = join(folder, '.killed.4194305.tmp');
    const another = join(folder, `.killed.${process.pid}.tmp`);
    for (const path of [leftover, another]) mkdirSync(path);
    expect(generate(output, ['--rows', '10'])).toMatchObject({ code: 0 });
    expect([existsSync(leftover), existsSync(another)]).toEqual([false, true]);
  }, 60_000);

  test.each([
    ['--rows', 'many'],
    ['--rows', '9'],
    ['--output', ''],
  ])('%s %j is refused', (...argument) => {
    expect(generate(join(folder, 'wrong'), argument)).toMatchObject({ code: 2 });
  });
});
