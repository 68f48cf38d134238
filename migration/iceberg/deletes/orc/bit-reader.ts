import { MalformedFile } from '../../malformed-file.js';
import { safe } from './protobuf.js';

/** Reads numbers of any width, the highest bit first. */
export class BitReader {
  private position = 0;

  constructor(private readonly content: Buffer) {}

  /** Throws for one beyond 2^53. */
  read(width: number): number {
    let value = 0;
    for (let left = width; left > 0;) {
      const byte = this.content[this.position >>> 3];
      if (byte === undefined) throw new MalformedFile('ends inside a value');
      const offset = this.position & 7;
      const taken = Math.min(left, 8 - offset);
      value = value * 2 ** taken + ((byte >>> (8 - offset - taken)) & (2 ** taken - 1));
      this.position += taken;
      left -= taken;
    }
    return safe(value);
  }
}
