import type { Workbench } from '../stream/workbench.js';

/** The readers of both sides. */
export type Readers = Pick<
  Workbench,
  'source' | 'tags' | 'target' | 'pace' | 'retries' | 'comparesMd5' | 'stopping' | 'stopped'
>;
