import type { CorpusCase, Expected } from '../corpus-case.js';
import { glueTable, serdes } from '../glue-table.js';
import type { Columns, Kind, TableParts } from '../glue-table.js';

/** Glue's types by a name for the table's; what is refused has the words that the reason must have. */
const types: Readonly<Record<string, readonly [type: string, refused?: RegExp]>> = {
  tinyint: ['tinyint'],
  smallint: ['smallint'],
  int: ['int'],
  integer: ['integer'],
  bigint: ['bigint'],
  float: ['float'],
  double: ['double'],
  boolean: ['boolean'],
  string: ['string'],
  varchar: ['varchar(10)'],
  varchar_longest: ['varchar(65535)'],
  char: ['char(5)'],
  char_longest: ['char(255)'],
  binary: ['binary'],
  date: ['date'],
  timestamp: ['timestamp'],
  decimal: ['decimal'],
  decimal_short: ['decimal(5)'],
  decimal_scale: ['decimal(9,9)'],
  decimal_longest: ['decimal(38,18)'],
  uuid: ['uuid', /uuid/],
  time: ['time', /time/],
  zoned: ['timestamp with time zone', /time zone/],
  local: ['timestamp with local time zone', /time zone/],
  ntz: ['timestamp_ntz', /timestamp_ntz/],
  void: ['void', /void/],
  interval: ['interval_day_time', /interval_day_time/],
  union: ['uniontype<int,string>', /uniontype/],
  empty_struct: ['struct<>', /struct<>/],
  decimal_wide: ['decimal(39,1)', /decimal\(39,1\)/],
  decimal_odd: ['decimal(5,6)', /decimal\(5,6\)/],
  char_long: ['char(256)', /char\(256\)/],
  variant: ['variant', /variant/],
  unclosed: ['array<int', /array<int/],
};

const nestings: Readonly<Record<string, (type: string) => string>> = {
  column: (type) => type,
  element: (type) => `array<${type}>`,
  field: (type) => `struct<f:${type}>`,
  map_value: (type) => `map<string,${type}>`,
  map_key: (type) => `map<${type},string>`,
  deep: (type) => `array<map<string,struct<f:array<${type}>>>>`,
};

const expectedOf = (refused: RegExp | undefined): Expected => (refused === undefined ? {} : { blocked: refused });

/** Every type in every place of a Parquet table. */
const places: readonly CorpusCase[] = Object.entries(types).flatMap(([name, [type, refused]]) => [
  ...Object.entries(nestings).map(([place, nest]): CorpusCase => ({
    id: `${name}_as_${place}`,
    table: glueTable('parquet', { columns: { id: 'bigint', c: nest(type) } }),
    expected: expectedOf(refused),
  })),
  {
    id: `${name}_as_key`,
    table: glueTable('parquet', { columns: { id: 'bigint' }, keys: { k: type } }),
    expected: expectedOf(refused ?? (['binary', 'timestamp'].includes(name) ? /partition key 'k'/ : undefined)),
  },
]);

/** Nested keys have no text form. */
const nestedKeys = ['array<int>', 'map<string,int>', 'struct<a:int>'].map((type, at): CorpusCase => ({
  id: `nested_key_${at}`,
  table: glueTable('parquet', { columns: { id: 'bigint' }, keys: { k: type } }),
  expected: { blocked: /partition key 'k'/ },
}));

/** What a format cannot hold besides, by the type's name. */
const notIn: Partial<Record<Kind, Readonly<Record<string, RegExp>>>> = {
  avro: { tinyint: /tinyint/, smallint: /smallint/ },
};

/** Every type as a column of every other format. */
const formats: readonly CorpusCase[] = (Object.keys(serdes) as Kind[])
  .filter((kind) => kind !== 'parquet')
  .flatMap((kind) =>
    Object.entries(types)
      .filter(([, [, refused]]) => refused === undefined)
      .map(([name, [type]]): CorpusCase => ({
        id: `${name}_in_${kind}`,
        table: glueTable(kind, inFormat(kind, { c: type })),
        // A SerDe of lines without a column for a group, or a type that it cannot hold, may be refused.
        expected: { ...expectedOf(notIn[kind]?.[name]) },
      })),
  );

function inFormat(kind: Kind, columns: Columns): TableParts {
  return { columns, options: kind === 'regex' ? { 'input.regex': '(.*)' } : {} };
}

/** Nested columns of every other format. */
const nested: readonly CorpusCase[] = (Object.keys(serdes) as Kind[])
  .filter((kind) => kind !== 'parquet')
  .flatMap((kind) =>
    Object.entries({
      array: 'array<string>',
      map: 'map<string,bigint>',
      struct: 'struct<a:string,b:array<int>>',
      map_of_int: 'map<int,string>',
    }).map(([name, type]): CorpusCase => ({
      id: `nested_${name}_in_${kind}`,
      table: glueTable(kind, inFormat(kind, { c: type })),
      expected:
        kind === 'avro' && name === 'map_of_int'
          ? { blocked: /map/ }
          : kind === 'regex'
            ? { blocked: /RegexSerDe/ }
            : {},
    })),
  );

export const typeCases: readonly CorpusCase[] = [...places, ...nestedKeys, ...formats, ...nested];
