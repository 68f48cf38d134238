import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { longWork } from '../../../waves/sources/long-work.js';
import type { LongWork } from '../../../waves/sources/long-work.js';

let folder: string;
let file: string;
const opened: LongWork<string>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-work-'));
  file = join(folder, 'disk-0.first');
});

afterEach(async () => {
  for (const work of opened.splice(0)) await work.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Impatient with work that the test holds up; `patient` waits for work that ends by itself. */
function worker(leaseMs = 60_000, patienceMs = 200): LongWork<string> {
  const work = longWork<string>({ patienceMs, leaseMs });
  opened.push(work);
  return work;
}

function patient(): LongWork<string> {
  return worker(60_000, 60_000);
}

async function until(holds: () => unknown): Promise<void> {
  const lastAt = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > lastAt) throw new Error('it did not come to that within a minute');
    await delay(20);
  }
}

/** Work that ends when the test says so, or when it is stopped. */
interface Gate {
  begun: number;
  ended: boolean;
  end: (result: string) => void;
  readonly work: (signal: AbortSignal) => Promise<string>;
}

function gated(): Gate {
  const gate: Gate = {
    begun: 0,
    ended: false,
    end: () => undefined,
    work: async (signal) => {
      gate.begun += 1;
      try {
        return await new Promise<string>((settle, reject) => {
          gate.end = settle;
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error);
          });
        });
      } finally {
        gate.ended = true;
      }
    },
  };
  return gate;
}

test('short work is done within the call, and never again', async () => {
  const work = patient();
  let runs = 0;
  const once = (): Promise<string> => Promise.resolve(`run ${(runs += 1)}`);
  expect(await work.advance(file, once)).toEqual({ is: 'done', result: 'run 1' });
  expect(await work.advance(file, once)).toEqual({ is: 'done', result: 'run 1' });
  expect(await patient().advance(file, once)).toEqual({ is: 'done', result: 'run 1' });
  expect(readdirSync(folder)).toEqual(['disk-0.first.done']);
});

test('long work goes on between calls and says how far it is', async () => {
  const work = worker();
  const gate = gated();
  const progress = { copiedBytes: 7, totalBytes: 9, phase: 'copying' };
  const begin = (signal: AbortSignal, report: (one: typeof progress) => void): Promise<string> => {
    report(progress);
    return gate.work(signal);
  };
  await until(async () => {
    await work.advance(file, begin);
    return gate.begun === 1;
  });
  expect(await work.advance(file, begin)).toEqual({ is: 'running', ...progress });
  gate.end('whole');
  await until(async () => (await work.advance(file, begin)).is === 'done');
  expect(await work.advance(file, begin)).toEqual({ is: 'done', result: 'whole' });
  expect(gate.begun).toBe(1);
});

test('a second process neither begins nor disturbs work under way', async () => {
  const gate = gated();
  await worker().advance(file, gate.work);
  await until(() => gate.begun === 1);
  const other = worker();
  expect(await other.advance(file, gate.work)).toMatchObject({ is: 'running' });
  expect(gate.begun).toBe(1);
  gate.end('whole');
  await until(() => existsSync(`${file}.done`));
  expect(await other.advance(file, gate.work)).toEqual({ is: 'done', result: 'whole' });
});

test('work whose process died is taken over when its lease is old', async () => {
  writeFileSync(`${file}.lease`, 'somebody\n{}\n');
  const gate = gated();
  const work = worker();
  expect(await work.advance(file, gate.work)).toEqual({ is: 'running' });
  expect(gate.begun).toBe(0);
  const old = new Date(Date.now() - 120_000);
  utimesSync(`${file}.lease`, old, old);
  await until(async () => {
    await work.advance(file, gate.work);
    return gate.begun === 1;
  });
});

test('who has lost the lease ends, and stores nothing', async () => {
  const gate = gated();
  const work = worker(600);
  await work.advance(file, gate.work);
  await until(() => gate.begun === 1);
  writeFileSync(`${file}.lease`, 'another\n{}\n');
  await until(() => gate.ended);
  expect(readdirSync(folder)).toEqual(['disk-0.first.lease']);
});

test('an error is thrown once, and the next call begins again', async () => {
  const work = patient();
  await expect(work.advance(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await work.advance(file, () => Promise.resolve('whole'))).toEqual({ is: 'done', result: 'whole' });
});

test('cancelled work ends, here and elsewhere, and its result is forgotten', async () => {
  const gate = gated();
  const work = worker(600, 10_000);
  const running = work.advance(file, gate.work);
  await until(() => gate.begun === 1);
  await worker(600).cancel(file);
  await until(() => gate.ended);
  await running;
  expect(readdirSync(folder)).toEqual([]);
  await work.cancel(file);
  expect(await work.advance(file, () => Promise.resolve('again'))).toEqual({ is: 'done', result: 'again' });
  await work.cancel(file);
  expect(readdirSync(folder)).toEqual([]);
});

test('more works than there is room for wait for each other', async () => {
  const work = longWork<string>({ patienceMs: 50, width: 1 });
  opened.push(work);
  const gate = gated();
  await work.advance(file, gate.work);
  await until(() => gate.begun === 1);
  const second = `${file}-2`;
  expect(await work.advance(second, () => Promise.resolve('second'))).toEqual({ is: 'running' });
  gate.end('first');
  await until(() => existsSync(`${second}.done`));
  expect(await work.advance(second, () => Promise.resolve('never'))).toEqual({ is: 'done', result: 'second' });
});
