import type { Workbench } from '../stream/workbench.js';

/** What both sides are read with. */
export type Readers = Pick<
  Workbench,
  'source' | 'tags' | 'target' | 'pace' | 'retries' | 'comparesMd5' | 'stopping' | 'stopped'
>;
