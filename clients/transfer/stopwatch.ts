/** Receives the milliseconds that a request spends in each phase. Pauses that its receiver asks for are left out. */
export type OnSpent = (phase: RequestPhase, ms: number) => void;

/** `sending` until its body is handed to the connection, `waiting` for the head of the answer, `receiving` its content. */
export type RequestPhase = 'sending' | 'waiting' | 'receiving';

/** Of one request. Tells each phase when it is over. */
export class Stopwatch {
  private phase: RequestPhase | undefined;
  private since = 0;

  constructor(private readonly onSpent: OnSpent | undefined) {}

  enter(phase: RequestPhase): void {
    if (this.onSpent === undefined) return;
    this.stop();
    this.phase = phase;
    this.since = performance.now();
  }

  stop(): void {
    if (this.phase !== undefined) this.onSpent?.(this.phase, performance.now() - this.since);
    this.phase = undefined;
  }
}
