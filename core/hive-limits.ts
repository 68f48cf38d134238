import type { HiveType } from './hive-type.js';

/** Of tables and schemas, in code points: PostgreSQL counts them. Seen with Hive Metastore 3.1.3. */
export const longestHiveName = 128;

/** Whether a folder of the location has no name (`s3://b/a//t`): Trino's Hive connector cannot open it. Seen with Trino 476. */
export function hasEmptyFolder(location: string): boolean {
  return location.replace(/^[^:]+:\/\//, '').includes('//');
}

/** The first field of a struct whose name Hive's own text of the type could not carry. */
export function unreadableField(type: HiveType): string | undefined {
  switch (type.kind) {
    case 'array':
      return unreadableField(type.element);
    case 'map':
      return unreadableField(type.key) ?? unreadableField(type.value);
    case 'struct':
      return type.fields
        .map(({ name, type: inner }) => (/^[\p{L}\p{Nd}_.$ ]+$/u.test(name) ? unreadableField(inner) : name))
        .find((name) => name !== undefined);
    case 'primitive':
    case 'decimal':
    case 'char':
    case 'varchar':
      return undefined;
  }
}
