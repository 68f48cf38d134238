/** The results in the items' order, with up to `count` of them under way. */
export async function* ahead<T, R>(
  items: Iterable<T>,
  count: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  try {
    for (const item of items) {
      const result = work(item);
      // It is awaited in its turn, which may be after it has failed.
      result.catch(() => undefined);
      underWay.push(result);
      const first = underWay.length >= count ? underWay.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}
