import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { stateFailure } from '../../state/store/failures.js';
import type { StateLocation } from '../../state/store/location.js';
import { openState } from '../../state/store/open-state.js';
import type { OpenOptions } from '../../state/store/open-state.js';
import type { State } from '../../state/store/state.js';

export interface QuestionStoreOptions extends Omit<OpenOptions, 'access'> {
  /** How long to keep the embedded store, which serves one process at a time, after the last question. */
  readonly idleMs: number;
}

/**
 * The store of a process that answers questions for hours. A server stays connected. The embedded store is opened for a
 * question, waited for while another process has it, and released soon after, so that commands find it free.
 */
export class QuestionStore {
  #opening: Promise<Result<State>> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #release: NodeJS.Timeout | undefined;
  #users = 0;

  constructor(
    private readonly location: StateLocation,
    private readonly options: QuestionStoreOptions,
  ) {}

  /** Errors of the database become Diagnostics. */
  async use<T>(action: (state: State) => Promise<Result<T>>): Promise<Result<T>> {
    clearTimeout(this.#release);
    this.#users += 1;
    try {
      const opened = await this.#open();
      return opened.ok ? await action(opened.value) : opened;
    } catch (error) {
      const failure = stateFailure(error, this.location);
      if (failure === undefined) throw error;
      return fail([failure]);
    } finally {
      this.#users -= 1;
      if (this.#users === 0 && this.location.engine === 'embedded')
        this.#release = setTimeout(() => void this.close(), this.options.idleMs);
    }
  }

  /** The next question opens it again. */
  async close(): Promise<void> {
    clearTimeout(this.#release);
    const opening = this.#opening;
    this.#opening = undefined;
    this.#closing = this.#closing.then(async () => {
      const opened = await opening?.catch(() => undefined);
      if (opened?.ok === true) await opened.value.close();
    });
    await this.#closing;
  }

  async #open(): Promise<Result<State>> {
    this.#opening ??= this.#closing.then(() => openState(this.location, { access: 'read', ...this.options }));
    const opening = this.#opening;
    const forget = (): void => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    const opened = await opening.catch((error: unknown) => {
      forget();
      throw error;
    });
    if (!opened.ok) forget();
    return opened;
  }
}
