/** Reads the fields of SSH's binary format, one after the other. Throws a RangeError where the data ends early. Source: RFC 4251, section 5. */
export class WireReader {
  private offset = 0;

  constructor(private readonly data: Buffer) {}

  uint32(): number {
    return this.bytes(4).readUInt32BE();
  }

  string(): Buffer {
    return this.bytes(this.uint32());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  bytes(length: number): Buffer {
    if (this.offset + length > this.data.length) throw new RangeError('The data ends early.');
    this.offset += length;
    return this.data.subarray(this.offset - length, this.offset);
  }

  get isAtEnd(): boolean {
    return this.offset === this.data.length;
  }
}

/** A `string` of SSH's binary format: its length as uint32, then its bytes. */
export function wireString(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
