/** A place for content, given back after use. */
export interface Lease {
  /** Exactly as long as was asked for. Its content is that of an earlier use. */
  readonly bytes: Buffer;
  /** Somebody else may use the memory. */
  release(): void;
}

/** Smaller ones are left to the garbage collector. */
const smallestReused = 256 * 1024;

/**
 * The memory that content passes through: bounded, whatever the objects, and reused, since fresh memory costs the system
 * more time than hashing it. Who asks for more than is free waits for his turn.
 */
export class Buffers {
  private inUse = 0;
  private readonly idle = new Map<number, Buffer[]>();
  private idleBytes = 0;
  private readonly waiting: (() => boolean)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** At most `maxBytes`. Take one at a time: who holds one and waits for another may wait for ever. */
  take(length: number): Promise<Lease> {
    const capacity = length < smallestReused ? length : 2 ** Math.ceil(Math.log2(length));
    if (capacity > this.maxBytes)
      throw new RangeError(`a buffer of ${length} bytes does not fit into ${this.maxBytes}`);
    return new Promise((taken) => {
      const tryToTake = (): boolean => {
        if (this.inUse + capacity > this.maxBytes) return false;
        taken(this.lease(length, capacity));
        return true;
      };
      if (this.waiting.length > 0 || !tryToTake()) this.waiting.push(tryToTake);
    });
  }

  private lease(length: number, capacity: number): Lease {
    const memory = this.memory(capacity);
    this.inUse += capacity;
    let isTaken = true;
    return {
      bytes: memory.subarray(0, length),
      release: () => {
        if (!isTaken) return;
        isTaken = false;
        this.inUse -= capacity;
        if (capacity >= smallestReused) this.keep(capacity, memory);
        while (this.waiting[0]?.() === true) this.waiting.shift();
      },
    };
  }

  private memory(capacity: number): Buffer {
    if (capacity < smallestReused) return Buffer.allocUnsafe(capacity);
    const reused = this.idle.get(capacity)?.pop();
    if (reused !== undefined) {
      this.idleBytes -= capacity;
      return reused;
    }
    if (this.inUse + this.idleBytes + capacity > this.maxBytes) {
      this.idle.clear();
      this.idleBytes = 0;
    }
    return Buffer.allocUnsafeSlow(capacity);
  }

  private keep(capacity: number, memory: Buffer): void {
    const kept = this.idle.get(capacity) ?? [];
    kept.push(memory);
    this.idle.set(capacity, kept);
    this.idleBytes += capacity;
  }
}
