const shortestMs = 60_000;
/** Slower connections count as broken. */
const slowestBytesPerMs = 32;

/** Milliseconds that a request may take which carries so many bytes. */
export function timeFor(bytes: number): number {
  return shortestMs + Math.ceil(bytes / slowestBytesPerMs);
}
