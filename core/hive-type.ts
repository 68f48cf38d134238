import { fail, ok } from './result.js';
import type { Result } from './result.js';

/** A column type as the Glue Data Catalog writes it. Source: Apache Hive manual, 'Hive Data Types'; AWS Glue, 'Column'. */
export type HiveType =
  | { readonly kind: 'primitive'; readonly name: HivePrimitive }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'char' | 'varchar'; readonly length: number }
  | { readonly kind: 'array'; readonly element: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: readonly HiveField[] };

export interface HiveField {
  readonly name: string;
  readonly type: HiveType;
}

/** Types without parameters. */
const primitives = [
  'tinyint',
  'byte',
  'smallint',
  'short',
  'int',
  'integer',
  'bigint',
  'long',
  'float',
  'double',
  'boolean',
  'string',
  'json',
  'varchar',
  'binary',
  'date',
  'timestamp',
  'timestamp with local time zone',
  'timestamp with time zone',
  'uuid',
  'time',
] as const;

export type HivePrimitive = (typeof primitives)[number];

const primitiveNames: ReadonlySet<string> = new Set(primitives);

/** Trino 476 parses 600 levels, and not 1,000 (`stack overflow while parsing`). */
const maxDepth = 400;

/** Reads a type text. Fails with one sentence that says what is wrong and where, counting characters from 1. */
export function parseHiveType(text: string): Result<HiveType, string> {
  const simple = text.trim().toLowerCase();
  if (isPrimitive(simple)) return ok({ kind: 'primitive', name: simple });
  const reader = new TypeReader(text);
  try {
    const type = reader.readType(0);
    reader.expectEnd();
    return ok(type);
  } catch (error) {
    if (error instanceof TypeSyntaxError) return fail(error.message);
    throw error;
  }
}

function isPrimitive(name: string): name is HivePrimitive {
  return primitiveNames.has(name);
}

class TypeSyntaxError extends Error {}

class TypeReader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** `field` is the name of the struct's field that has it. */
  readType(depth: number, field?: string): HiveType {
    if (depth > maxDepth) {
      throw this.syntaxError(`it nests deeper than ${maxDepth} levels, which Trino cannot parse`);
    }
    const start = this.at;
    const name = this.readTypeName();
    switch (name) {
      case 'array':
        return this.within(() => ({ kind: 'array', element: this.readType(depth + 1) }));
      case 'map':
        return this.within(() => {
          const key = this.readType(depth + 1);
          this.expect(',');
          return { kind: 'map', key, value: this.readType(depth + 1) };
        });
      case 'struct':
        return this.within(() => ({ kind: 'struct', fields: this.readFields(depth + 1) }));
      case 'decimal':
      case 'numeric':
        return this.readDecimal();
      case 'char':
        return { kind: 'char', length: this.readLength('char', 255) };
      case 'varchar':
        return this.peek() === '('
          ? { kind: 'varchar', length: this.readLength('varchar', 65_535) }
          : { kind: 'primitive', name: 'varchar' };
      default:
        if (isPrimitive(name)) return { kind: 'primitive', name };
        if (field !== undefined && name !== '' && this.peek() === ':') {
          throw this.syntaxError(`the field '${excerpt(`${field}:${name}`)}' has a colon in its name`);
        }
        this.at = start;
        throw this.syntaxError(
          name === ''
            ? 'a type is missing'
            : `the type '${excerpt(name)}' has no counterpart in Trino's Hive and Iceberg connectors`,
        );
    }
  }

  expectEnd(): void {
    if (this.peek() !== '')
      throw this.syntaxError(`unexpected '${excerpt(this.text.slice(this.at).trim())}' after the type`);
  }

  private readDecimal(): HiveType {
    if (this.peek() !== '(') return { kind: 'decimal', precision: 10, scale: 0 };
    this.expect('(');
    const precision = this.readNumber();
    let scale = 0;
    if (this.peek() === ',') {
      this.expect(',');
      scale = this.readNumber();
    }
    this.expect(')');
    if (precision < 1 || precision > 38 || scale > precision) {
      throw this.syntaxError(`decimal(${precision},${scale}) is outside decimal(1..38, 0..precision)`);
    }
    return { kind: 'decimal', precision, scale };
  }

  private readLength(name: string, max: number): number {
    this.expect('(');
    const length = this.readNumber();
    this.expect(')');
    if (length < 1 || length > max) throw this.syntaxError(`${name}(${length}) is outside ${name}(1..${max})`);
    return length;
  }

  private readFields(depth: number): HiveField[] {
    const fields = [this.readField(depth)];
    while (this.peek() === ',') {
      this.expect(',');
      fields.push(this.readField(depth));
    }
    const names = new Set<string>();
    for (const { name } of fields) {
      const folded = name.toLowerCase();
      if (names.has(folded)) throw this.syntaxError(`two fields are named '${excerpt(folded)}' once case is ignored`);
      names.add(folded);
    }
    return fields;
  }

  private readField(depth: number): HiveField {
    const name = this.readFieldName();
    if (this.peek() === '(') {
      const rest = this.match(/[^:<>,]*/y)?.[0] ?? '';
      throw this.syntaxError(`the field '${excerpt(name + rest)}' has a parenthesis in its name`);
    }
    this.expect(':');
    const type = this.readType(depth, name);
    // Spark writes a field's comment into the type; it is skipped.
    this.match(/comment\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/iy);
    return { name, type };
  }

  private readFieldName(): string {
    const quoted = this.match(/`((?:[^`]|``)+)`/y);
    if (quoted?.[1] !== undefined) return quoted[1].replaceAll('``', '`');
    const name = this.match(/[^:<>,()`]+/y)?.[0].trim() ?? '';
    if (name === '') throw this.syntaxError('a field name is missing');
    return name;
  }

  private readTypeName(): string {
    return (
      this.match(/timestamp\s+with\s+(?:local\s+)?time\s+zone|[A-Za-z_][A-Za-z0-9_]*/iy)?.[0]
        .toLowerCase()
        .replace(/\s+/g, ' ') ?? ''
    );
  }

  private readNumber(): number {
    const digits = this.match(/\d{1,9}/y)?.[0];
    if (digits === undefined) throw this.syntaxError('a number is missing');
    return Number(digits);
  }

  private within(read: () => HiveType): HiveType {
    this.expect('<');
    const type = read();
    this.expect('>');
    return type;
  }

  private expect(character: string): void {
    if (this.peek() !== character) throw this.syntaxError(`'${character}' is missing`);
    this.at += 1;
  }

  /** The next character that is not white space, or '' at the end. */
  private peek(): string {
    this.match(/\s*/y);
    return this.text.charAt(this.at);
  }

  private match(sticky: RegExp): RegExpExecArray | null {
    if (sticky.source !== '\\s*') this.peek();
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match !== null) this.at = sticky.lastIndex;
    return match;
  }

  private syntaxError(what: string): TypeSyntaxError {
    return new TypeSyntaxError(`'${excerpt(this.text)}' is not a valid type: ${what} (at character ${this.at + 1})`);
  }
}

/** A type may have 131,072 characters, a message may not. */
function excerpt(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 100)}…`;
}
