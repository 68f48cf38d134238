/** Runs work side by side, up to a number of tasks and of bytes; what is larger than the limit runs alone. In order. */
export class WeightedLimit {
  private tasks = 0;
  private bytes = 0;
  private readonly waiting: (() => boolean)[] = [];

  constructor(
    private readonly maxTasks: number,
    private readonly maxBytes: number,
  ) {}

  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await this.enter(bytes);
    try {
      return await work();
    } finally {
      this.tasks--;
      this.bytes -= bytes;
      while (this.waiting[0]?.() === true) this.waiting.shift();
    }
  }

  private enter(bytes: number): Promise<void> {
    const tryToEnter = (): boolean => {
      const isFull = this.tasks >= this.maxTasks || this.bytes + bytes > this.maxBytes;
      if (isFull && this.tasks > 0) return false;
      this.tasks++;
      this.bytes += bytes;
      return true;
    };
    if (this.waiting.length === 0 && tryToEnter()) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(() => {
        const isIn = tryToEnter();
        if (isIn) resolve();
        return isIn;
      });
    });
  }
}
