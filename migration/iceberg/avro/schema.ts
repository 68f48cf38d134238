import { MalformedFile } from '../malformed-file.js';

/** As far as it matters for finding the end of a value: an int and an enum are encoded as a long. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'long' | 'float' | 'double' | 'bytes' | 'string' }
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'array' | 'map'; readonly items: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroRecord;

export interface AvroRecord {
  readonly kind: 'record';
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  /** Iceberg's `field-id`. */
  readonly id: number | undefined;
  readonly type: AvroType;
}

const primitives: Readonly<Record<string, AvroType>> = Object.freeze({
  null: { kind: 'null' },
  boolean: { kind: 'boolean' },
  int: { kind: 'long' },
  long: { kind: 'long' },
  float: { kind: 'float' },
  double: { kind: 'double' },
  bytes: { kind: 'bytes' },
  string: { kind: 'string' },
});

type Json = Readonly<Record<string, unknown>>;

/**
 * Parses a schema whose values are records. Throws `MalformedFile` for anything else.
 * Source: Apache Avro 1.12 specification, 'Schema declaration', 'Names'.
 */
export function parseRecordSchema(text: string): AvroRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedFile('has an Avro schema that is not JSON', { cause });
  }
  const type = new SchemaParser().parse(json, '');
  if (type.kind !== 'record') throw new MalformedFile('has an Avro schema that is not a record');
  return type;
}

class SchemaParser {
  /** Types by their full name; a record is known before its fields are, so that it can hold itself. */
  private readonly named = new Map<string, AvroType>();

  parse(json: unknown, namespace: string): AvroType {
    if (typeof json === 'string') return this.lookUp(json, namespace);
    if (Array.isArray(json)) return { kind: 'union', branches: json.map((branch) => this.parse(branch, namespace)) };
    if (typeof json !== 'object' || json === null) throw new MalformedFile('has an Avro schema with an unknown part');
    return this.parseObject(json as Json, namespace);
  }

  private parseObject(json: Json, namespace: string): AvroType {
    switch (json['type']) {
      case 'array':
        return { kind: 'array', items: this.parse(json['items'], namespace) };
      case 'map':
        return { kind: 'map', items: this.parse(json['values'], namespace) };
      case 'enum':
        return this.name(json, namespace, { kind: 'long' });
      case 'fixed':
        if (typeof json['size'] !== 'number') throw new MalformedFile('has an Avro schema with a fixed without size');
        return this.name(json, namespace, { kind: 'fixed', size: json['size'] });
      case 'record':
      case 'error':
        return this.parseRecord(json, namespace);
      default:
        return this.parse(json['type'], namespace);
    }
  }

  private parseRecord(json: Json, namespace: string): AvroRecord {
    const fields: AvroField[] = [];
    const record: AvroRecord = { kind: 'record', fields };
    this.name(json, namespace, record);
    const inner = namespaceOf(fullName(json, namespace));
    if (!Array.isArray(json['fields'])) throw new MalformedFile('has an Avro schema with a record without fields');
    for (const field of json['fields'] as readonly Json[])
      fields.push({
        name: String(field['name']),
        id: typeof field['field-id'] === 'number' ? field['field-id'] : undefined,
        type: this.parse(field['type'], inner),
      });
    return record;
  }

  private name<T extends AvroType>(json: Json, namespace: string, type: T): T {
    this.named.set(fullName(json, namespace), type);
    return type;
  }

  private lookUp(name: string, namespace: string): AvroType {
    const primitive = Object.hasOwn(primitives, name) ? primitives[name] : undefined;
    const type = primitive ?? this.named.get(qualified(name, namespace)) ?? this.named.get(name);
    if (type === undefined) throw new MalformedFile(`has an Avro schema with the unknown type '${name}'`);
    return type;
  }
}

function fullName(json: Json, namespace: string): string {
  const own = json['namespace'];
  return qualified(String(json['name']), typeof own === 'string' ? own : namespace);
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function namespaceOf(full: string): string {
  return full.slice(0, Math.max(0, full.lastIndexOf('.')));
}
