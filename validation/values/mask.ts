import { sha256 } from '../../core/canonical-json.js';

/** The text shown for a value that nobody may see: equal for equal values. */
export function maskedText(text: string | null): string | null {
  return text === null ? null : `sha256:${sha256(text).slice(0, 16)}`;
}
