import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** Tells whether a complete text matches. */
export type PatternTest = (text: string) => boolean;

/**
 * Compiles a regular expression that a user wrote, in RE2's syntax, which has no look-around and no back-references:
 * matching takes time linear in the text. `undefined` when it is not one. Loaded when it is first needed.
 */
export function compilePattern(pattern: string): PatternTest | undefined {
  const re2 = createRequire(import.meta.url)('re2js') as { readonly RE2JS: typeof RE2JS };
  try {
    const compiled = re2.RE2JS.compile(pattern);
    return (text) => compiled.matches(text);
  } catch {
    return undefined;
  }
}
