import { describe } from '@jest/globals';
import { Interpreter, StateWaveStore } from '../../waves/local/index.js';
import { machineMove } from '../../waves/state-machine/index.js';
import { MemoryWaves } from '../support/memory-waves.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import { waveStoreContract } from '../support/wave-store-contract.js';

const interpreter = new Interpreter(machineMove);

describe.each(engineNames)('%s', (name) => {
  waveStoreContract(async () => {
    const engine = await startEngine(name);
    const state = await opened(await engine.fresh());
    return {
      store: new StateWaveStore(state, interpreter),
      close: async () => {
        await state.close();
        await engine.stop();
      },
    };
  });
});

describe('memory', () => {
  waveStoreContract(() =>
    Promise.resolve({
      store: new MemoryWaves({ interpreter, leaseSeconds: 60, now: () => new Date() }),
      close: () => Promise.resolve(),
    }),
  );
});
