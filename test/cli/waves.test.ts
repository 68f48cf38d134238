import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addWaveMessages } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { Interpreter, StateWaveStore, takeMessages } from '../../waves/local/index.js';
import type { MachineStatus } from '../../waves/machines/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { cli } from '../support/run-cli.js';
import { opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(240_000);
const interpreter = new Interpreter(machineMove);
const example = 'examples/waves/waves.yaml';

let engine: StateEngine;
let folder = '';
let env: Record<string, string> = {};
let location: Awaited<ReturnType<StateEngine['fresh']>>;
beforeAll(async () => {
  engine = await startEngine('embedded');
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-waves-'));
  location = await engine.fresh();
  env = engine.env(location);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function inStore<T>(action: (state: State) => Promise<T>): Promise<T> {
  const state = await opened(location);
  try {
    return await action(state);
  } finally {
    await state.close();
  }
}

/** As a worker does it. */
async function takenIn(): Promise<void> {
  await inStore(async (state) => {
    while ((await takeMessages(state, interpreter, () => new Date())) > 0);
  });
}

async function become(id: string, status: MachineStatus, more: object = {}): Promise<void> {
  await inStore(async (state) => {
    const store = new StateWaveStore(state, interpreter);
    const claim = await store.claim(id, 'Test', 'tester');
    await store.save(id, claim?.fence ?? -1, { at: new Date(), status, ...more });
  });
}

/** The example, with a change of its text. */
function changed(change: (text: string) => string): string {
  const file = join(folder, 'waves.yaml');
  writeFileSync(file, change(readFileSync(example, 'utf8')));
  copyFileSync('examples/waves/shop-web.csv', join(folder, 'shop-web.csv'));
  return file;
}

describe('plan', () => {
  test('of the example: figures, and what they rest on', async () => {
    const { code, stdout, stderr } = await cli(['waves', 'plan', example], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        '5 machines in 2 waves: no conflict was found.',
        '',
        '  wave   machines   GB  copy h  cutover h     EUR',
        '  pilot         1   40     0.0        0.2   27.80',
        '  shop          4  590     0.7        0.3  121.12',
        '  total         5  630     0.7        0.5  148.93',
        '',
        'Reckoned with 60 GB a machine that does not say; 2000 Mbit/s; 10 min a launch; 14 days with both sides; EUR 0.05 a GB and month, 0.08 a machine and hour, 0 a GB transferred.',
        '',
      ].join('\n'),
    );
  });

  test('conflicts have a line, and exit 1', async () => {
    const file = changed((text) => text.replace('instances: 40', 'instances: 3').replace('10.20.0.10', '10.20.0.1'));
    const { code, stderr, stdout } = await cli(['waves', 'plan', file, '--json'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${file}:44:11: error: The waves up to shop need 5 instances at the target; 3 are free. [wave-capacity]`,
    );
    expect(stderr).toContain('The fixedIp 10.20.0.1 of shop-shop-db-1 is taken already. [wave-address]');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'WavesPlan', totals: { machines: 5 }, conflicts: [{}, {}] });
  });

  test('what is wrong has line and column, in the CSV file, too', async () => {
    const file = changed((text) =>
      text.replace('    gates: [change-board]', '    gates: [Change]\n    color: red').replace('pilot', 'pilot wave'),
    );
    const { code, stderr } = await cli(['waves', 'plan', file], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/waves\.yaml:\d+:5: error: 'waves\.1' has the unknown key 'color'\. \[wave-file\]/);
    writeFileSync(join(folder, 'shop-web.csv'), 'sourceVmId,targetVmName\ni-1,under_score\n');
    const csv = await cli(['waves', 'plan', changedBack()], env);
    expect(csv.stderr).toMatch(
      /shop-web\.csv:2:5: error: 'targetVmName' must match .* \(it is "under_score"\)\. \[wave-file\]/,
    );
  });

  function changedBack(): string {
    const file = join(folder, 'waves.yaml');
    writeFileSync(file, readFileSync(example, 'utf8'));
    return file;
  }

  test('a file that is not there', async () => {
    const { code, stderr } = await cli(['waves', 'plan', join(folder, 'none.yaml')], env);
    expect(code).toBe(1);
    expect(stderr).toContain('The wave file cannot be read (ENOENT). [wave-file]');
  });
});

describe('submit', () => {
  test('a dry run stores nothing', async () => {
    const { code, stdout } = await cli(['waves', 'submit', example, '--dry-run', '--by', 'ada'], env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'pilot: 1 machine would be submitted\nshop: 4 machines would be submitted\n',
    });
    expect(JSON.parse((await cli(['waves', 'status', '--json'], env)).stdout)).toMatchObject({
      messages: 0,
      waves: [],
    });
  });

  test('what is submitted twice makes each machine once', async () => {
    for (let round = 0; round < 2; round += 1)
      expect((await cli(['waves', 'submit', example, '--by', 'ada'], env)).code).toBe(0);
    expect((await cli(['waves', 'status'], env)).stdout).toContain('10 machines were submitted and wait for a worker');
    await takenIn();
    const { stdout } = await cli(['waves', 'status', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({
      messages: 0,
      deadLetters: [],
      waves: [
        { name: 'pilot', machines: { PENDING: 1 } },
        { name: 'shop', machines: { PENDING: 4 } },
      ],
    });
  });

  test('one wave, and one that is not there', async () => {
    expect((await cli(['waves', 'submit', example, '--wave', 'pilot', '--by', 'ada'], env)).stdout).toBe(
      'pilot: 1 machine submitted\n',
    );
    const { code, stderr } = await cli(['waves', 'submit', example, '--wave', 'nope', '--by', 'ada'], env);
    expect(code).toBe(1);
    expect(stderr).toContain("The file has no wave 'nope'. [wave-unknown]");
  });

  test('a conflict is refused, and nothing is stored', async () => {
    const file = changed((text) => text.replace('instances: 40', 'instances: 3'));
    expect((await cli(['waves', 'submit', file, '--by', 'ada'], env)).code).toBe(1);
    expect(JSON.parse((await cli(['waves', 'status', '--json'], env)).stdout)).toMatchObject({ messages: 0 });
  });

  test('who answers for it must be given', async () => {
    expect((await cli(['waves', 'submit', example], env)).code).toBe(2);
  });
});

describe('orders', () => {
  beforeEach(async () => {
    await cli(['waves', 'submit', example, '--by', 'ada'], env);
    await takenIn();
  });

  test('by wave, application and machine; each machine says whether it takes it', async () => {
    await become('shop-shop-web-1', 'CUT_OVER');
    const { code, stdout } = await cli(
      ['waves', 'cutover', '--app', 'shop-web', '--machine', 'pilot-wiki-1', '--by', 'ada'],
      env,
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'pilot-wiki-1: cutover ordered (PENDING)',
        'shop-shop-web-1: refused: it is CUT_OVER, and cutover needs PENDING, VALIDATING, PREPARING, REPLICATING, TESTING, READY',
        'shop-shop-web-2: cutover ordered (PENDING)',
        'shop-shop-web-3: cutover ordered (PENDING)',
        '',
      ].join('\n'),
    );
  });

  test('who, why and when are in the history', async () => {
    const args = [
      'approve',
      '--wave',
      'shop',
      '--gate',
      'change-board',
      '--by',
      'grace@acme.example',
      '--reason',
      'CHG-1207',
    ];
    expect((await cli(['waves', ...args], env)).code).toBe(0);
    const { stdout } = await cli(['waves', 'status', '--machine', 'shop-shop-db-1'], env);
    expect(stdout).toMatch(
      /History of shop-shop-db-1\n.*created.*The machine was submitted\. *\n.*ordered.*approve change-board, by grace@acme\.example: CHG-1207/,
    );
  });

  test('an approval of a gate that the wave does not have is refused, and names those that there are', async () => {
    const approve = (wave: string): string[] => [
      'waves',
      'approve',
      '--wave',
      wave,
      '--gate',
      'chnage-board',
      '--by',
      'ada',
    ];
    const { code, stdout } = await cli(approve('shop'), env);
    expect(code).toBe(1);
    expect(stdout).toContain('shop-shop-db-1: refused: its wave has no such gate; there is change-board');
    expect((await cli(approve('pilot'), env)).stdout).toContain('its wave has no such gate; it has none');
    const { stdout: history } = await cli(['waves', 'status', '--machine', 'shop-shop-db-1'], env);
    expect(history).not.toContain('chnage-board');
  });

  test('finalizing wants a reason, and a machine that was cut over', async () => {
    expect((await cli(['waves', 'finalize', '--wave', 'pilot', '--by', 'ada'], env)).code).toBe(2);
    const args = ['waves', 'finalize', '--wave', 'pilot', '--by', 'ada', '--reason', 'done'];
    expect((await cli(args, env)).code).toBe(1);
    await become('pilot-wiki-1', 'CUT_OVER');
    expect(await cli([...args, '--json'], env)).toMatchObject({
      code: 0,
      stdout:
        '{"kind":"WavesOrder","order":"finalize","machines":[{"migrationId":"pilot-wiki-1","answer":"taken","status":"CUT_OVER"}]}\n',
    });
  });

  test('names that mean nothing, and no name', async () => {
    const unknown = await cli(['waves', 'test', '--app', 'nope', '--by', 'ada'], env);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('The store does not have the application nope. [wave-machine-unknown]');
    const none = await cli(['waves', 'test', '--by', 'ada'], env);
    expect(none.stderr).toContain('No machine is named. [wave-no-machine]');
  });
});

describe('status', () => {
  test('an empty store', async () => {
    expect(await cli(['waves', 'status'], env)).toMatchObject({ code: 0, stdout: 'No machine was submitted yet.\n' });
  });

  test('what machines wait for, how far copies are, and why one failed; a failed rollback exits 1', async () => {
    await cli(['waves', 'submit', example, '--by', 'ada'], env);
    await takenIn();
    await become('shop-shop-db-1', 'READY', { memory: { 'step.waitsFor': "the approval of 'change-board'" } });
    await become('shop-shop-web-1', 'REPLICATING', {
      memory: { 'step.replication': { copiedBytes: 25, totalBytes: 100 } },
    });
    expect((await cli(['waves', 'status', '--wave', 'shop'], env)).stdout).toMatch(
      /READY .* waits for the approval of 'change-board'\n.*REPLICATING .* 25 % copied/,
    );
    await become('shop-shop-web-2', 'ROLLBACK_FAILED', {
      error: { name: 'RollbackError', message: 'the port is in use' },
    });
    const { code, stdout } = await cli(['waves', 'status'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/shop-shop-web-2 .*ROLLBACK_FAILED.*RollbackError: the port is in use/);
  });

  test('what a finished migration leaves is named with its history', async () => {
    await cli(['waves', 'submit', example, '--by', 'ada'], env);
    await takenIn();
    await become('shop-shop-db-1', 'FINALIZED', { memory: { left: ['the source machine i-1', 'volume v-1'] } });
    const { stdout } = await cli(['waves', 'status', '--machine', 'shop-shop-db-1'], env);
    expect(stdout).toContain('\nLeft by shop-shop-db-1\n  the source machine i-1\n  volume v-1\n');
  });

  test('a refused message is shown with what is wrong, and exits 1', async () => {
    await inStore((state) => addWaveMessages(state, ['{"migrationId":"x"}']));
    await takenIn();
    const { code, stdout } = await cli(['waves', 'status'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Refused messages\n.*The payload lacks the key 'appName'\. {2}\{"migrationId":"x"\}/);
  });
});

test('the commands of docs/waves.md, one after the other', async () => {
  const [block = ''] = /(?<=```sh\n)[\s\S]*?(?=```)/.exec(readFileSync('docs/waves.md', 'utf8')) ?? [];
  const lines = block.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    const args = line.replace(/^npx aws2openstack /, '').split(' ');
    expect({ line, ...(await cli(args, env)) }).toMatchObject({ line, code: 0, stderr: '' });
  }
  const { stdout } = await cli(['waves', 'status'], env);
  expect(stdout).toContain('5 machines were submitted and wait for a worker');
});

test('orders of docs/waves.md parse', async () => {
  const blocks = [...readFileSync('docs/waves.md', 'utf8').matchAll(/(?<=```sh\n)[\s\S]*?(?=```)/g)].map(
    ([text]) => text,
  );
  await cli(['waves', 'submit', example, '--by', 'ada'], env);
  await takenIn();
  for (const line of (blocks[2] ?? '').trimEnd().split('\n')) {
    const args = [...line.replace(/^npx aws2openstack /, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    );
    expect([line, (await cli(args, env)).code]).not.toEqual([line, 2]);
  }
});
