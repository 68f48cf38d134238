import { afterAll, beforeAll } from '@jest/globals';
import type { State } from '../../state/index.js';
import { opened, startEngine } from './state-engines.js';
import type { StateEngine } from './state-engines.js';

/** An empty embedded store for the tests of the file or the block that calls this; open while they run. */
export function embeddedState(): () => State {
  let engine: StateEngine;
  let state: State;
  beforeAll(async () => {
    engine = await startEngine('embedded');
    state = await opened(await engine.fresh());
  }, 120_000);
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });
  return () => state;
}
