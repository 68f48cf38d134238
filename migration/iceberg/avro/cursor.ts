import { MalformedFile } from '../malformed-file.js';

/** Reads Avro's binary encoding. Source: Apache Avro 1.12 specification, 'Binary encoding'. */
export class AvroCursor {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
  ) {}

  get isAtEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  /** An int or a long. Throws for one of 2^52 or more, which no length, count or code of a file reaches. */
  number(): number {
    let encoded = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      encoded += (byte & 127) * factor;
      if (encoded > Number.MAX_SAFE_INTEGER) throw new MalformedFile('holds a length or a count that is too large');
      if (byte < 128) return encoded % 2 === 0 ? encoded / 2 : -(encoded + 1) / 2;
    }
  }

  skipNumber(): void {
    for (let length = 1; this.byte() >= 128; length++)
      if (length === 10) throw new MalformedFile('holds an integer of more than 64 bits');
  }

  skip(length: number): void {
    if (length < 0 || this.position + length > this.bytes.length) throw endsInside();
    this.position += length;
  }

  take(length: number): Buffer {
    const start = this.position;
    this.skip(length);
    return this.bytes.subarray(start, this.position);
  }

  /** The bytes that follow their length, as a string or bytes have it. */
  lengthPrefixed(): Buffer {
    return this.take(this.number());
  }

  private byte(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw endsInside();
    return byte;
  }
}

function endsInside(): MalformedFile {
  return new MalformedFile('ends inside a value');
}
