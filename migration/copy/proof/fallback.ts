import { diagnostic } from '../../../core/diagnostic.js';
import type { CopyEngine, CopyOptions, CopyOutcome, CopyTask } from '../copy-engine.js';
import { interruptedEnding } from '../stream/reasons.js';
import { ended } from '../stream/workbench.js';

interface Handed {
  readonly task: CopyTask;
  readonly settle: (outcome: CopyOutcome) => void;
}

/** Hands single objects to another engine, and tells with each why. */
export class Fallback {
  readonly #queued: CopyTask[] = [];
  readonly #handed = new Map<string, Handed>();
  #running: Promise<void> | undefined;
  #isOver = false;
  #wake = (): void => undefined;

  /** @param program whose work the other engine does */
  constructor(
    private readonly engine: CopyEngine,
    private readonly program: string,
    private readonly options: CopyOptions,
  ) {
    options.signal.addEventListener('abort', () => {
      this.#wake();
    });
  }

  /** @param why a clause, such as `it cannot carry the key exactly` */
  async copy(task: CopyTask, why: string): Promise<CopyOutcome> {
    if (this.#isOver) return ended(task, interruptedEnding(task.source));
    const outcome = await new Promise<CopyOutcome>((settle) => {
      this.#handed.set(nameOf(task), { task, settle });
      this.#queued.push(task);
      this.#running ??= this.#run();
      // `end` throws it.
      this.#running.catch(() => undefined);
      this.#wake();
    });
    if (outcome.state !== 'copied') return outcome;
    return { ...outcome, notes: [...(outcome.notes ?? []), this.#note(task, why)] };
  }

  /** No more objects come. Throws what the engine has thrown. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const outcome of this.engine.copy(this.#queue(), this.options)) {
        const name = nameOf(outcome);
        this.#handed.get(name)?.settle(outcome);
        this.#handed.delete(name);
      }
    } finally {
      // After the signal the engine takes no more.
      this.#isOver = true;
      for (const { task, settle } of this.#handed.values()) settle(ended(task, interruptedEnding(task.source)));
    }
  }

  async *#queue(): AsyncGenerator<CopyTask> {
    while (!this.options.signal.aborted) {
      const task = this.#queued.shift();
      if (task !== undefined) yield task;
      else if (this.#isOver) return;
      else await new Promise<void>((woken) => (this.#wake = woken));
    }
  }

  #note({ source: { bucket, key } }: CopyTask, why: string) {
    return diagnostic({
      code: 'object-copied-by-stream',
      severity: 'warning',
      path: `s3://${bucket}/${key}`,
      message: `The object was copied by ${this.engine.name}, not by ${this.program}: ${why}.`,
      fix: 'Nothing is lost. If this happens to many objects, map their tables with `engine: stream`.',
    });
  }
}

/** What an engine that hands objects to another offers for the uploads which that leaves at the same target. */
export function uploadsThrough(engine: CopyEngine): Pick<CopyEngine, 'discard' | 'uploads'> {
  return {
    ...(engine.discard && { discard: engine.discard.bind(engine) }),
    ...(engine.uploads && { uploads: engine.uploads.bind(engine) }),
  };
}

function nameOf({ target: { bucket, key } }: Pick<CopyTask, 'target'>): string {
  return `${bucket}/${key}`;
}
