import { canonicalJson } from '../../../core/canonical-json.js';

/** A row of a generated table; its keys are the columns. */
export interface GeneratedRow {
  readonly table_id: number;
  readonly id: number | null;
  readonly name: string | null;
  readonly amount: string | null;
  readonly d: number | null;
  readonly flag: boolean | null;
  readonly list: readonly (number | null)[] | null;
  readonly pairs: Readonly<Record<string, number | null>> | null;
  readonly person: { readonly a: number | null; readonly b: string | null } | null;
}

export type GeneratedTable = readonly GeneratedRow[];

/** What the rows are in Trino, by column. */
export const generatedColumns: Readonly<Record<keyof GeneratedRow, string>> = {
  table_id: 'integer',
  id: 'bigint',
  name: 'varchar',
  amount: 'decimal(10,2)',
  d: 'double',
  flag: 'boolean',
  list: 'array(integer)',
  pairs: 'map(varchar, integer)',
  person: 'row(a integer, b varchar)',
};

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class TableGenerator {
  constructor(private readonly random: () => number) {}

  table(tableId: number): GeneratedTable {
    return Array.from({ length: 1 + this.below(6) }, () => this.row(tableId));
  }

  /** One change to one row, or to two that exchange a value. Never the same table in another order. */
  mutated(table: GeneratedTable): { readonly kind: string; readonly rows: GeneratedTable } {
    const before = multisetOf(table);
    for (;;) {
      const [kind, mutate] = this.one(Object.entries(this.mutations));
      const rows = mutate(table);
      if (multisetOf(rows) !== before) return { kind, rows };
    }
  }

  private readonly mutations: Readonly<Record<string, (table: GeneratedTable) => GeneratedTable>> = {
    drop: (table) => table.toSpliced(this.below(table.length), 1),
    double: (table) => [...table, this.one(table)],
    doubleForAnother: (table) => table.with(this.below(table.length), this.one(table)),
    exchange: (table) => {
      const [a, b] = [this.below(table.length), this.below(table.length)];
      const column = this.column();
      const [one, other] = [table[a], table[b]] as [GeneratedRow, GeneratedRow];
      return table.with(a, { ...one, [column]: other[column] }).with(b, { ...other, [column]: one[column] });
    },
    exchangeColumns: (table) =>
      this.change(table, (row) => ({ ...row, id: row.d === null ? null : Math.trunc(row.d), d: row.id })),
    setNull: (table) => this.change(table, (row) => ({ ...row, [this.column()]: null })),
    anotherValue: (table) => {
      const column = this.column();
      return this.change(table, (row) => ({ ...row, [column]: this.row(row.table_id)[column] }));
    },
    offByOne: (table) => this.change(table, (row) => ({ ...row, id: (row.id ?? 0) + 1 })),
    blank: (table) => this.change(table, (row) => ({ ...row, name: `${row.name ?? ''} ` })),
    truncate: (table) =>
      this.change(table, (row) => ({ ...row, name: row.name === null ? null : row.name.slice(0, -1) })),
    emptyForNull: (table) =>
      this.change(table, (row) => ({
        ...row,
        name: row.name === null || row.name === '' ? (row.name === '' ? null : '') : row.name,
      })),
    negative: (table) => this.change(table, (row) => ({ ...row, d: row.d === null ? null : -row.d })),
    reorderList: (table) => this.change(table, (row) => ({ ...row, list: row.list?.toReversed() ?? null })),
    dropElement: (table) => this.change(table, (row) => ({ ...row, list: row.list?.slice(1) ?? null })),
    nullInside: (table) =>
      this.change(table, (row) => ({ ...row, person: row.person === null ? null : { ...row.person, a: null } })),
    exchangeMapValues: (table) =>
      this.change(table, (row) => {
        if (row.pairs === null) return row;
        const keys = Object.keys(row.pairs);
        const values = Object.values(row.pairs).reverse();
        return { ...row, pairs: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null])) };
      }),
  };

  private change(table: GeneratedTable, change: (row: GeneratedRow) => GeneratedRow): GeneratedTable {
    const at = this.below(table.length);
    const row = table[at];
    return row === undefined ? table : table.with(at, change(row));
  }

  /** Few different values, so that rows resemble each other. */
  private row(tableId: number): GeneratedRow {
    const maybe = <T>(make: () => T): T | null => (this.random() < 0.15 ? null : make());
    const small = (): number => this.below(4);
    return {
      table_id: tableId,
      id: maybe(() => this.below(5)),
      name: maybe(() => this.one(['', 'a', 'b', 'ab', 'é', '😀', 'NULL', '0'])),
      amount: maybe(() => `${small()}.${small()}0`),
      d: maybe(() => this.one([0, 1, 0.1, 0.30000000000000004, 0.3, 123456.5])),
      flag: maybe(() => this.random() < 0.5),
      list: maybe(() => Array.from({ length: small() }, () => maybe(small))),
      pairs: maybe(() => Object.fromEntries(['x', 'y', 'z'].slice(0, small()).map((key) => [key, maybe(small)]))),
      person: maybe(() => ({ a: maybe(small), b: maybe(() => this.one(['', 'p', 'q'])) })),
    };
  }

  private column(): keyof GeneratedRow {
    return this.one(Object.keys(generatedColumns).slice(1)) as keyof GeneratedRow;
  }

  private one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}

/** JSON does not tell -0 from 0, and neither do files of JSON. */
function multisetOf(table: GeneratedTable): string {
  return table.map(canonicalJson).sort().join('\n');
}

export function linesOf(rows: Iterable<GeneratedRow>): Uint8Array {
  return Buffer.from([...rows].map((row) => `${JSON.stringify(row)}\n`).join(''));
}
