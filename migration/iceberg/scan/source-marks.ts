const slash = Buffer.from('/');

/** Finds paths below the prefixes that no path may have any more. */
export class SourceMarks {
  private readonly pattern: RegExp;
  private readonly bytes: readonly Buffer[];

  /** `bucket` or `bucket/prefix`, at least one. */
  constructor(prefixes: readonly string[]) {
    const escaped = prefixes.map((prefix) => prefix.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    // What follows in a text may end the path: a slash, a quote, a blank, punctuation.
    this.pattern = new RegExp(`s3[an]?://(?:${escaped.join('|')})(?=$|[/"'\\s,;)\\]}])`, 'i');
    this.bytes = prefixes.map((prefix) => Buffer.from(`://${prefix}`));
  }

  areIn(text: string): boolean {
    return this.pattern.test(text);
  }

  /** Anywhere in the bytes, whatever they are. */
  areInBytes(content: Buffer): boolean {
    return this.bytes.some((mark) => content.includes(Buffer.concat([mark, slash])));
  }

  /** Quick, and never wrong when it says no. */
  mayBeIn(content: Buffer): boolean {
    return this.bytes.some((mark) => content.includes(mark));
  }
}
