import { describe, expect, test } from '@jest/globals';
import { LiveLimits } from '../../../migration/copy/limits.js';
import { Buffers } from '../../../migration/copy/stream/buffers.js';
import type { Lease } from '../../../migration/copy/stream/buffers.js';
import { inParallel } from '../../../core/in-parallel.js';
import { Pace } from '../../../migration/copy/stream/pace.js';
import { collect } from '../../support/copy-stores.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('limits', () => {
  test.each([{ objectsAtOnce: 0 }, { partsAtOnce: 1.5 }, { bytesPerSecond: 0 }, { bytesPerSecond: Number.NaN }])(
    '%j are a bug',
    (wrong) => {
      expect(() => new LiveLimits(wrong)).toThrow(RangeError);
      const limits = new LiveLimits();
      expect(() => {
        limits.change(wrong);
      }).toThrow(RangeError);
      expect(limits.current).toEqual(new LiveLimits().current);
    },
  );

  test('a change is told to those who listen', () => {
    const limits = new LiveLimits({ objectsAtOnce: 2 });
    const seen: number[] = [];
    const forget = limits.onChange(() => seen.push(limits.current.objectsAtOnce));
    limits.change({ objectsAtOnce: 5 });
    forget();
    limits.change({ objectsAtOnce: 7 });
    expect(seen).toEqual([5]);
  });
});

test('limits that are read again and are the same let nobody through before its time', async () => {
  const limits = new LiveLimits({ bytesPerSecond: 1 });
  const pace = new Pace(limits);
  let isThrough = false;
  void pace.spend(1000)?.then(() => (isThrough = true));
  limits.change({ ...limits.current });
  await turn();
  expect(isThrough).toBe(false);
  limits.change({ bytesPerSecond: null });
  await turn();
  expect(isThrough).toBe(true);
  pace.end();
});

describe('the number of tasks at once', () => {
  /** Work that ends when the test says so. */
  function workshop(limits: LiveLimits) {
    const running: (() => void)[] = [];
    let most = 0;
    const width = {
      current: () => limits.current.objectsAtOnce,
      onChange: (listener: () => void) => limits.onChange(listener),
    };
    const work = (task: number): Promise<number> =>
      new Promise((done) => {
        running.push(() => {
          done(task);
        });
        most = Math.max(most, running.length);
      });
    const finishAll = async (): Promise<void> => {
      for (;;) {
        await turn();
        const next = running.shift();
        if (next === undefined) return;
        next();
      }
    };
    return { width, work, running, finishAll, most: () => most };
  }

  test('is bounded, and each task has one result', async () => {
    const shop = workshop(new LiveLimits({ objectsAtOnce: 3 }));
    const results = collect(inParallel(numbers(20), shop.width, new AbortController(), shop.work));
    await shop.finishAll();
    expect((await results).sort((a, b) => a - b)).toEqual([...numbers(20)]);
    expect(shop.most()).toBe(3);
  });

  test('grows while work goes on', async () => {
    const limits = new LiveLimits({ objectsAtOnce: 1 });
    const shop = workshop(limits);
    const results = collect(inParallel(numbers(9), shop.width, new AbortController(), shop.work));
    await turn();
    expect(shop.running.length).toBe(1);
    limits.change({ objectsAtOnce: 4 });
    await turn();
    expect(shop.running.length).toBe(4);
    await shop.finishAll();
    expect((await results).length).toBe(9);
  });

  test('after the signal no task begins, and those that run have a result', async () => {
    const shop = workshop(new LiveLimits({ objectsAtOnce: 2 }));
    const stop = new AbortController();
    const results = collect(inParallel(numbers(9), shop.width, stop, shop.work));
    await turn();
    stop.abort();
    await shop.finishAll();
    expect((await results).sort()).toEqual([0, 1]);
  });

  test('a source of tasks that fails is reported after the results of the tasks before', async () => {
    const shop = workshop(new LiveLimits({ objectsAtOnce: 4 }));
    const broken = async function* () {
      yield* numbers(2);
      await turn();
      throw new Error('the database is gone');
    };
    const results: number[] = [];
    const all = (async () => {
      for await (const result of inParallel(broken(), shop.width, new AbortController(), shop.work))
        results.push(result);
    })();
    const failed = expect(all).rejects.toThrow('the database is gone');
    await shop.finishAll();
    await failed;
    expect(results).toEqual([0, 1]);
  });

  test('nobody takes the results any longer: what runs is told to stop', async () => {
    const stop = new AbortController();
    const width = { current: () => 2, onChange: () => () => undefined };
    const results = inParallel(numbers(9), width, stop, (task) =>
      task === 0
        ? Promise.resolve(task)
        : new Promise<number>((done) => {
            stop.signal.addEventListener('abort', () => {
              done(task);
            });
          }),
    );
    for await (const result of results) {
      expect(result).toBe(0);
      break;
    }
    expect(stop.signal.aborted).toBe(true);
  });
});

describe('memory', () => {
  const MiB = 1024 ** 2;

  test('is bounded; who asks for more waits for his turn', async () => {
    const buffers = new Buffers(4 * MiB);
    const first = await buffers.take(3 * MiB);
    let second: Lease | undefined;
    void buffers.take(MiB).then((lease) => (second = lease));
    await turn();
    expect(second).toBeUndefined();
    first.release();
    await turn();
    expect(second?.bytes.length).toBe(MiB);
  });

  test('is given to small ones after a large one that waits, not before', async () => {
    const buffers = new Buffers(4 * MiB);
    const first = await buffers.take(2 * MiB);
    const order: string[] = [];
    void buffers.take(4 * MiB).then((lease) => {
      order.push('large');
      lease.release();
    });
    void buffers.take(1).then(() => order.push('small'));
    await turn();
    first.release();
    await turn();
    expect(order).toEqual(['large', 'small']);
  });

  test('is reused', async () => {
    const buffers = new Buffers(4 * MiB);
    const first = await buffers.take(MiB);
    first.release();
    const second = await buffers.take(MiB - 10);
    expect(second.bytes.buffer).toBe(first.bytes.buffer);
    expect(second.bytes.length).toBe(MiB - 10);
  });

  test('given back twice counts once', async () => {
    const buffers = new Buffers(MiB);
    const first = await buffers.take(MiB);
    first.release();
    first.release();
    const second = await buffers.take(MiB);
    let third: Lease | undefined;
    void buffers.take(MiB).then((lease) => (third = lease));
    await turn();
    expect(third).toBeUndefined();
    second.release();
  });
});

describe('the pace', () => {
  test('without a limit nobody waits', () => {
    expect(new Pace(new LiveLimits()).spend(1e9)).toBeUndefined();
  });

  test('a limit that is lifted ends the waiting', async () => {
    const limits = new LiveLimits({ bytesPerSecond: 1 });
    const wait = new Pace(limits).spend(1e6);
    expect(wait).toBeInstanceOf(Promise);
    limits.change({ bytesPerSecond: null });
    await wait;
  });
});

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number += 1) yield number;
}
