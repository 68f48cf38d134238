/**
 * Work that may beget more work, as an iterable that ends when none is left: each item that was taken must be reported as
 * done, after what it begot was added.
 */
export class WorkQueue<T> implements AsyncIterableIterator<T> {
  readonly #items: T[];
  #taken = 0;
  #wake: (() => void) | undefined;

  constructor(items: Iterable<T>) {
    this.#items = [...items];
  }

  /** Items that are worked on or wait. */
  get size(): number {
    return this.#items.length + this.#taken;
  }

  add(items: Iterable<T>): void {
    this.#items.push(...items);
    this.#wake?.();
  }

  done(): void {
    this.#taken -= 1;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#taken += 1;
        return { done: false, value: item };
      }
      if (this.#taken === 0) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
