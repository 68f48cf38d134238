/** For a complete answer to a request without much content: with a second attempt, less than a minute. */
export const answerLimitMs = 25_000;

/** How long a command waits for a server that does not answer, all attempts together. */
export const silenceLimitMs = 58_000;

/** Whether a request that was not answered in time may be repeated: another attempt as long must end within the limit. */
export function mayAskAgain(startedAt: number, attemptStartedAt: number, limitMs = silenceLimitMs): boolean {
  const now = performance.now();
  return now - startedAt + (now - attemptStartedAt) <= limitMs;
}
