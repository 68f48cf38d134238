import type { Rclone } from '../../../clients/rclone/index.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { fail } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import type { LiveLimits } from '../limits.js';

export type StartRclone = () => Promise<Result<Rclone>>;

/** A process that ends again and again has a reason that another start does not remove. */
const mostStarts = 4;

/** The rclone of one copy: started when it is first needed, and again when it was killed, a few times. */
export class RunningRclone {
  #starting: Promise<Result<Rclone>> | undefined;
  #starts = 0;
  readonly #forget: () => void;

  constructor(
    private readonly start: StartRclone,
    private readonly limits: LiveLimits,
  ) {
    this.#forget = limits.onChange(() => {
      void this.#starting?.then((started) => this.#limited(started));
    });
  }

  /** `used-up`: it has ended too often. */
  get(): Promise<Result<Rclone, readonly Diagnostic[] | 'used-up'>> {
    if (this.#starting === undefined) {
      if (this.#starts === mostStarts) return Promise.resolve(fail('used-up'));
      this.#starts += 1;
      this.#starting = this.#startLimited();
    }
    return this.#starting;
  }

  /** It does not answer any longer. */
  async lose(rclone: Rclone): Promise<void> {
    const current = this.#starting;
    const started = await current;
    if (started?.ok !== true || started.value !== rclone || this.#starting !== current) return;
    this.#starting = undefined;
    await rclone.stop();
  }

  async stop(): Promise<void> {
    this.#forget();
    const started = await this.#starting;
    if (started?.ok === true) await started.value.stop();
  }

  async #startLimited(): Promise<Result<Rclone>> {
    const started = await this.start();
    if (this.limits.current.bytesPerSecond !== null) await this.#limited(started);
    return started;
  }

  async #limited(started: Result<Rclone>): Promise<void> {
    if (started.ok) await started.value.limit(this.limits.current.bytesPerSecond);
  }
}
