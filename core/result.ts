import type { Diagnostic } from './diagnostic.js';

/** The result of an operation that may fail in an expected way. Bugs throw instead. */
export type Result<T, E = readonly Diagnostic[]> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<E = readonly Diagnostic[]>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
