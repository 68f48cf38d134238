import { isDeepStrictEqual } from 'node:util';
import type { Width } from '../../core/in-parallel.js';

/** The resources that a worker may use. */
export interface CopyLimits {
  /** Objects that are copied at the same time. 1 or more. */
  readonly objectsAtOnce: number;
  /** Parts of one object that are copied at the same time. 1 or more. */
  readonly partsAtOnce: number;
  /** `null` for no limit. */
  readonly bytesPerSecond: number | null;
}

export const defaultLimits: CopyLimits = { objectsAtOnce: 16, partsAtOnce: 4, bytesPerSecond: null };

/** Limits that a person may change while work goes on. */
export class LiveLimits {
  private values: CopyLimits;
  private readonly listeners = new Set<() => void>();

  constructor(values: Partial<CopyLimits> = {}) {
    this.values = valid({ ...defaultLimits, ...values });
  }

  get current(): CopyLimits {
    return this.values;
  }

  change(values: Partial<CopyLimits>): void {
    const before = this.values;
    this.values = valid({ ...before, ...values });
    if (!isDeepStrictEqual(before, this.values)) for (const listener of this.listeners) listener();
  }

  /** One of the limits, as `inParallel` takes it. */
  width(name: 'objectsAtOnce' | 'partsAtOnce'): Width {
    return { current: () => this.values[name], onChange: (listener) => this.onChange(listener) };
  }

  /** Calls the listener after each change: `change` to the same values is none. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function valid(limits: CopyLimits): CopyLimits {
  const { objectsAtOnce, partsAtOnce, bytesPerSecond } = limits;
  const wrong = [objectsAtOnce, partsAtOnce].some((count) => !Number.isInteger(count) || count < 1);
  if (wrong || (bytesPerSecond !== null && !(bytesPerSecond > 0)))
    throw new RangeError(`not limits of a copy: ${JSON.stringify(limits)}`);
  return limits;
}
