import { words } from '../format/index.js';
import { toneOf } from './tones.js';

/** A status in a word and a colour, which never stands alone. */
export function Badge({ status }: { readonly status: string }) {
  return <span class={`badge ${toneOf(status)}`}>{words(status).replaceAll('-', ' ')}</span>;
}
