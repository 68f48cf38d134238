/**
 * Waits for the work; throws a `TimeoutError` when it takes longer than `timeoutMs`. The work is not stopped.
 *
 * @param what the request, such as `Glue GetTables`
 */
export async function inTime<T>(work: Promise<T>, timeoutMs: number, what = ''): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new TimeoutError(
        `no complete answer${what === '' ? '' : ` to ${what}`} within ${Number((timeoutMs / 1000).toFixed(2))} s`,
      ),
    );
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

/** In place of the last of them: the SDK does not retry it, `connectionFailure` knows it. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}
