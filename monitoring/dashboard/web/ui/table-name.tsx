import { printable } from '../../../../core/diagnostic.js';

interface TableNameProps {
  readonly database: string;
  readonly table: string;
}

/** Characters that nobody sees, or that turn the text around, are shown by their number: one table must not look like another. */
export function TableName({ database, table }: TableNameProps) {
  return (
    <>
      <span class="muted">{printable(database)}.</span>
      {printable(table)}
    </>
  );
}
