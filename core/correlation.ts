import { AsyncLocalStorage } from 'node:async_hooks';

/** The ids that tie together the log lines, the spans and the Trino queries of one piece of work. */
export interface Correlation {
  /** Id of the assessment, which is the run's. */
  readonly run: string;
  /** Id of the job. */
  readonly job: string;
}

const current = new AsyncLocalStorage<Correlation>();

export function correlated<T>(correlation: Correlation, work: () => T): T {
  return current.run(correlation, work);
}

/** Of the work that calls this; `undefined` outside of jobs. */
export function correlation(): Correlation | undefined {
  return current.getStore();
}
