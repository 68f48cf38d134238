import { MalformedFile } from '../../malformed-file.js';

/** The fields of a Protocol Buffers message, as far as ORC's metadata has them: numbers, and bytes that may be messages. */
export class Message {
  private readonly numbers = new Map<number, number[]>();
  private readonly byteFields = new Map<number, Buffer[]>();

  /** Throws `MalformedFile`. Source: Protocol Buffers documentation, 'Encoding'. */
  constructor(content: Buffer) {
    const reader = new Varints(content);
    while (!reader.isAtEnd) {
      const tag = reader.next();
      const [field, wireType] = [Math.floor(tag / 8), tag % 8];
      if (wireType === 0) add(this.numbers, field, reader.next());
      else if (wireType === 2) add(this.byteFields, field, reader.take(reader.next()));
      else if (wireType === 1) reader.take(8);
      else if (wireType === 5) reader.take(4);
      else throw new MalformedFile('has metadata that is not a Protocol Buffers message');
    }
  }

  /** 0 when it is missing. */
  number(field: number): number {
    return this.numbers.get(field)?.at(-1) ?? 0;
  }

  /** Repeated, packed or not. */
  numberList(field: number): readonly number[] {
    const packed = (this.byteFields.get(field) ?? []).flatMap((content) => {
      const reader = new Varints(content);
      const values: number[] = [];
      while (!reader.isAtEnd) values.push(reader.next());
      return values;
    });
    return [...(this.numbers.get(field) ?? []), ...packed];
  }

  texts(field: number): readonly string[] {
    return (this.byteFields.get(field) ?? []).map((content) => content.toString());
  }

  messages(field: number): readonly Message[] {
    return (this.byteFields.get(field) ?? []).map((content) => new Message(content));
  }
}

/** Unsigned integers in groups of seven bits, the lowest first, and bytes between them. */
export class Varints {
  private position = 0;

  constructor(private readonly content: Buffer) {}

  get isAtEnd(): boolean {
    return this.position >= this.content.length;
  }

  byte(): number {
    const byte = this.content[this.position++];
    if (byte === undefined) throw new MalformedFile('ends inside a value');
    return byte;
  }

  /** Throws for one beyond 2^53. */
  next(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return safe(value);
    }
  }

  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.content.length) throw new MalformedFile('ends inside a value');
    const taken = this.content.subarray(this.position, end);
    this.position = end;
    return taken;
  }
}

export function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new MalformedFile('holds an integer that is too large');
  return value;
}

function add<T>(fields: Map<number, T[]>, field: number, value: T): void {
  const values = fields.get(field);
  if (values === undefined) fields.set(field, [value]);
  else values.push(value);
}
