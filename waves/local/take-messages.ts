import { diagnostic } from '../../core/diagnostic.js';
import { takeWaveMessages } from '../../state/index.js';
import type { State } from '../../state/index.js';
import { ingest } from '../steps/ingest.js';
import type { Interpreter } from './interpreter.js';
import { StateWaveStore } from './wave-store.js';

const batch = 100;

/** Takes queued messages in: each makes a machine, is one that came before, or becomes a dead letter. */
export async function takeMessages(state: State, interpreter: Interpreter, now: () => Date): Promise<number> {
  return await takeWaveMessages(state, batch, async (body, within) => {
    const message = parsed(body);
    if (message === undefined) return { problems: [notJson()] };
    const taken = await ingest(message.value, { store: new StateWaveStore(within, interpreter), now });
    return taken.ok ? undefined : { problems: taken.error, ...waveOf(message.value) };
  });
}

/** A longer text names no wave. */
const longestName = 64;

/** Also of a message that is wrong otherwise. */
function waveOf(message: unknown): { readonly wave?: string } {
  const { wave } = (message ?? {}) as { readonly wave?: unknown };
  return typeof wave === 'string' && wave.length <= longestName ? { wave } : {};
}

function parsed(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

function notJson(): object {
  return diagnostic({
    code: 'wave-message',
    message: 'The message is not JSON.',
    fix: 'Send a payload as JSON; docs/waves.md lists its fields.',
  });
}
