import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** A type as Trino and Athena write it in `information_schema.columns`. Source: Trino 476 documentation, 'Data types'. */
export type TrinoType =
  | { readonly kind: 'integer'; readonly name: 'tinyint' | 'smallint' | 'integer' | 'bigint' }
  | { readonly kind: 'boolean' | 'date' | 'real' | 'double' | 'varbinary' | 'uuid' | 'json' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `length` is `null` where there is no limit. */
  | { readonly kind: 'varchar'; readonly length: number | null }
  | { readonly kind: 'char'; readonly length: number }
  | { readonly kind: 'time' | 'timestamp'; readonly precision: number; readonly isZoned: boolean }
  | { readonly kind: 'array'; readonly element: TrinoType }
  | { readonly kind: 'map'; readonly key: TrinoType; readonly value: TrinoType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }
  /** Any other, such as `hyperloglog`. */
  | { readonly kind: 'other'; readonly text: string };

export interface RowField {
  /** `undefined` for a field without a name. */
  readonly name: string | undefined;
  readonly type: TrinoType;
}

/** Reads a type text. Fails with one sentence that says what is wrong. */
export function parseTrinoType(text: string): Result<TrinoType, string> {
  const reader = new Reader(tokensOf(text));
  const type = reader.type();
  return type !== undefined && reader.isAtEnd ? ok(type) : fail(`'${text.slice(0, 200)}' is not a type of Trino`);
}

/** Names in quotes, words, numbers, and the three signs that structure a type. */
const token = /"(?:[^"]|"")*"|[^\s(),"]+|[(),]/g;

function tokensOf(text: string): readonly string[] {
  return text.match(token) ?? [];
}

const integers = {
  tinyint: 'tinyint',
  smallint: 'smallint',
  integer: 'integer',
  int: 'integer',
  bigint: 'bigint',
} as const;
const plain = ['boolean', 'date', 'real', 'double', 'varbinary', 'uuid', 'json'] as const;

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  type(): TrinoType | undefined {
    const name = this.next().toLowerCase();
    if (Object.hasOwn(integers, name)) return { kind: 'integer', name: integers[name as keyof typeof integers] };
    const simple = plain.find((each) => each === name);
    if (simple !== undefined) return { kind: simple };
    switch (name) {
      case 'decimal': {
        const [precision, scale = 0] = this.numbers();
        return precision === undefined ? undefined : { kind: 'decimal', precision, scale };
      }
      case 'varchar':
        return { kind: 'varchar', length: this.numbers()[0] ?? null };
      case 'char':
        return { kind: 'char', length: this.numbers()[0] ?? 1 };
      case 'time':
      case 'timestamp':
        return { kind: name, precision: this.numbers()[0] ?? 3, isZoned: this.skip('with', 'time', 'zone') };
      case 'array':
      case 'map':
      case 'row':
        return this.nested(name);
      default:
        return this.other(name);
    }
  }

  private nested(name: 'array' | 'map' | 'row'): TrinoType | undefined {
    const fields = this.list(() => (name === 'row' ? this.field() : this.unnamed()));
    const [first, second] = fields ?? [];
    if (fields === undefined || first === undefined) return undefined;
    if (name === 'row') return { kind: 'row', fields };
    if (name === 'array') return fields.length === 1 ? { kind: 'array', element: first.type } : undefined;
    return fields.length === 2 && second !== undefined
      ? { kind: 'map', key: first.type, value: second.type }
      : undefined;
  }

  /** `name type`, or a type alone. */
  private field(): RowField | undefined {
    const [first = '', second = ''] = this.tokens.slice(this.at);
    const isAlone = !first.startsWith('"') && (['(', ',', ')'].includes(second) || this.isZonedTime(first, second));
    if (isAlone) return this.unnamed();
    this.at += 1;
    const type = this.type();
    const name = first.startsWith('"') ? first.slice(1, -1).replaceAll('""', '"') : first;
    return type === undefined ? undefined : { name, type };
  }

  private isZonedTime(first: string, second: string): boolean {
    return /^time(stamp)?$/i.test(first) && second.toLowerCase() === 'with';
  }

  private unnamed(): RowField | undefined {
    const type = this.type();
    return type === undefined ? undefined : { name: undefined, type };
  }

  private list(item: () => RowField | undefined): readonly RowField[] | undefined {
    const items: RowField[] = [];
    if (!this.skip('(')) return undefined;
    do {
      const read = item();
      if (read === undefined) return undefined;
      items.push(read);
    } while (this.skip(','));
    return this.skip(')') ? items : undefined;
  }

  private numbers(): readonly number[] {
    const numbers: number[] = [];
    if (!this.skip('(')) return numbers;
    do numbers.push(Number(this.next()));
    while (this.skip(','));
    return this.skip(')') && numbers.every(Number.isInteger) ? numbers : [];
  }

  /** Words and whole brackets, up to the end of the field that has the type. */
  private other(first: string): TrinoType | undefined {
    if (!/^[a-z]/.test(first)) return undefined;
    const words = [first];
    for (let depth = 0; !this.isAtEnd;) {
      const next = this.tokens[this.at] ?? '';
      if (depth === 0 && (next === ',' || next === ')')) break;
      depth += next === '(' ? 1 : next === ')' ? -1 : 0;
      words.push(this.next());
    }
    return { kind: 'other', text: words.join(' ') };
  }

  private skip(...words: readonly string[]): boolean {
    const isThere = words.every((word, index) => this.tokens[this.at + index]?.toLowerCase() === word);
    if (isThere) this.at += words.length;
    return isThere;
  }

  private next(): string {
    const next = this.tokens[this.at] ?? '';
    this.at += 1;
    return next;
  }
}

/** As it is read, so that two texts of one type are one. */
export function typeText(type: TrinoType): string {
  switch (type.kind) {
    case 'integer':
      return type.name;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'varchar':
      return type.length === null ? 'varchar' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'time':
    case 'timestamp':
      return `${type.kind}(${type.precision})${type.isZoned ? ' with time zone' : ''}`;
    case 'array':
      return `array(${typeText(type.element)})`;
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case 'row':
      return `row(${type.fields.map(fieldText).join(', ')})`;
    case 'other':
      return type.text;
    case 'boolean':
    case 'date':
    case 'real':
    case 'double':
    case 'varbinary':
    case 'uuid':
    case 'json':
      return type.kind;
  }
}

function fieldText({ name, type }: RowField): string {
  return name === undefined ? typeText(type) : `"${name.replaceAll('"', '""')}" ${typeText(type)}`;
}
