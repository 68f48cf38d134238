/** Waits for the work; throws a `TimeoutError` when it takes longer than `timeoutMs`. The work is not stopped. */
export async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new TimeoutError(`no complete answer within ${timeoutMs / 1000} s`));
  }, timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The SDK retries errors with this name. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}
