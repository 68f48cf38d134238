import { identifier, literal } from '../core/sql-text.js';

/** Characters of a statement that Trino takes. Source: Trino documentation, `query.max-length`. */
export const longestStatement = 1_000_000;

/** Why a statement of that many characters is refused. */
export function statementTooLong(characters: number): string {
  const count = characters.toLocaleString('en-US');
  return `its statement has ${count} characters; Trino takes ${longestStatement.toLocaleString('en-US')} (query.max-length)`;
}

/** A value of a table or column property. Texts must be literals already. */
export type PropertyValue = string | number | boolean;

/** `WITH (…)` with its properties sorted; empty without any. */
export function withProperties(
  properties: Readonly<Record<string, PropertyValue | undefined>>,
  separator = ' ',
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  const lines = given.map(([name, value]) => `${name} = ${String(value)}`).sort();
  return separator === ' ' ? `WITH (${lines.join(', ')})` : `WITH (\n  ${lines.join(',\n  ')}\n)`;
}

interface ColumnDefinition {
  readonly name: string;
  /** Trino type. */
  readonly type: string;
  readonly comment?: string | undefined;
  readonly properties?: Readonly<Record<string, PropertyValue | undefined>>;
}

export interface TableDefinition {
  /** Quoted already. */
  readonly name: string;
  readonly columns: readonly ColumnDefinition[];
  readonly comment: string | null;
  readonly properties: Readonly<Record<string, PropertyValue | undefined>>;
}

export function createTable({ name, columns, comment, properties }: TableDefinition): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (\n  ${columns.map(columnDefinition).join(',\n  ')}\n)`,
    ...(comment === null || comment === '' ? [] : [`COMMENT ${literal(comment)}`]),
    withProperties(properties, '\n'),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function columnDefinition({ name, type, comment, properties = {} }: ColumnDefinition): string {
  return [
    `${identifier(name)} ${type}`,
    comment === undefined || comment === '' ? '' : `COMMENT ${literal(comment)}`,
    withProperties(properties),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
