/** Chunks on their way from one request to another, a few at a time. */
export class Passage {
  private readonly chunks: Buffer[] = [];
  private waiting = 0;
  private isEnded = false;
  private arrived = (): void => undefined;
  private left = (): void => undefined;

  constructor(private readonly maxBytes: number) {}

  /** The returned promise is settled when there is room for more. */
  push(chunk: Buffer): Promise<void> | undefined {
    this.chunks.push(chunk);
    this.waiting += chunk.length;
    this.arrived();
    return this.waiting < this.maxBytes || this.isEnded ? undefined : new Promise((roomy) => (this.left = roomy));
  }

  /** No chunk follows, or nobody wants it. */
  end(): void {
    this.isEnded = true;
    this.arrived();
    this.left();
  }

  async *content(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const chunk = this.chunks.shift();
        if (chunk !== undefined) {
          this.waiting -= chunk.length;
          this.left();
          yield chunk;
        } else if (this.isEnded) return;
        else await new Promise<void>((arrived) => (this.arrived = arrived));
      }
    } finally {
      this.end();
    }
  }
}
