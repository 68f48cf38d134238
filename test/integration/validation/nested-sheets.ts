import { different, equal, iceberg, orc, parquet } from './sheet.js';
import type { Sheet } from './sheet.js';

const row = (id: number, list: string, pairs: string, person: string): string => `${id}, ${list}, ${pairs}, ${person}`;
const empty = ['ARRAY[1, 2]', "MAP(ARRAY['a'], ARRAY[1])", "ROW(1, 'x')"] as const;
const list = (id: number, text: string): string => row(id, text, empty[1], empty[2]);
const pairs = (id: number, text: string): string => row(id, empty[0], text, empty[2]);
const person = (id: number, text: string): string => row(id, empty[0], empty[1], text);

export const nestedSheets: readonly Sheet[] = [
  {
    name: 'nested',
    columns: {
      id: 'integer',
      list: 'array(integer)',
      pairs: 'map(varchar, integer)',
      person: 'row(a integer, b varchar)',
    },
    source: parquet,
    target: orc,
    cases: [
      different(
        'elements_exchanged_between_rows',
        [list(1, 'ARRAY[1, 2]'), list(2, 'ARRAY[3, 4]')],
        [list(1, 'ARRAY[1, 4]'), list(2, 'ARRAY[3, 2]')],
      ),
      different(
        'arrays_exchanged',
        [list(1, 'ARRAY[1]'), list(2, 'ARRAY[2]')],
        [list(1, 'ARRAY[2]'), list(2, 'ARRAY[1]')],
      ),
      different('array_order', [list(1, 'ARRAY[1, 2]')], [list(1, 'ARRAY[2, 1]')]),
      different('array_duplicate', [list(1, 'ARRAY[1, 2]')], [list(1, 'ARRAY[1, 2, 2]')]),
      different('array_null_element', [list(1, 'ARRAY[1, NULL]')], [list(1, 'ARRAY[1]')]),
      different('array_null_moved', [list(1, 'ARRAY[1, NULL]')], [list(1, 'ARRAY[NULL, 1]')]),
      different('array_null_against_zero', [list(1, 'ARRAY[0]')], [list(1, 'ARRAY[NULL]')]),
      different('array_empty_against_null', [list(1, 'ARRAY[]')], [list(1, 'NULL')]),
      different('array_empty_against_null_element', [list(1, 'ARRAY[]')], [list(1, 'ARRAY[NULL]')]),
      different('map_value', [pairs(1, "MAP(ARRAY['a'], ARRAY[1])")], [pairs(1, "MAP(ARRAY['a'], ARRAY[2])")]),
      different(
        'map_keys_and_values_exchanged',
        [pairs(1, "MAP(ARRAY['a', 'b'], ARRAY[1, 2])")],
        [pairs(1, "MAP(ARRAY['a', 'b'], ARRAY[2, 1])")],
      ),
      different(
        'map_values_between_rows',
        [pairs(1, "MAP(ARRAY['a'], ARRAY[1])"), pairs(2, "MAP(ARRAY['b'], ARRAY[2])")],
        [pairs(1, "MAP(ARRAY['a'], ARRAY[2])"), pairs(2, "MAP(ARRAY['b'], ARRAY[1])")],
      ),
      different('map_null_value', [pairs(1, "MAP(ARRAY['a'], ARRAY[NULL])")], [pairs(1, 'MAP(ARRAY[], ARRAY[])')]),
      different('map_empty_against_null', [pairs(1, 'MAP(ARRAY[], ARRAY[])')], [pairs(1, 'NULL')]),
      equal(
        'map_order',
        [pairs(1, "MAP(ARRAY['a', 'b'], ARRAY[1, 2])")],
        [pairs(1, "MAP(ARRAY['b', 'a'], ARRAY[2, 1])")],
      ),
      different('row_field', [person(1, "ROW(1, 'x')")], [person(1, "ROW(1, 'y')")]),
      different('row_null_inside', [person(1, "ROW(NULL, 'x')")], [person(1, "ROW(0, 'x')")]),
      different('row_null_against_row_of_nulls', [person(1, 'NULL')], [person(1, 'ROW(NULL, NULL)')]),
      different(
        'row_fields_between_rows',
        [person(1, "ROW(1, 'x')"), person(2, "ROW(2, 'y')")],
        [person(1, "ROW(1, 'y')"), person(2, "ROW(2, 'x')")],
      ),
      equal('nested_equal', [
        row(1, 'ARRAY[]', 'MAP(ARRAY[], ARRAY[])', 'ROW(NULL, NULL)'),
        row(2, 'NULL', 'NULL', 'NULL'),
      ]),
    ],
  },
  {
    name: 'deep',
    columns: {
      id: 'integer',
      v: 'array(row(k map(varchar, array(decimal(10,2))), t row(u timestamp(3), w array(array(varchar)))))',
    },
    source: orc,
    target: iceberg,
    cases: [
      equal(
        'deep_equal',
        [
          "1, ARRAY[ROW(MAP(ARRAY['a', 'b'], ARRAY[ARRAY[1.5], NULL]), ROW(TIMESTAMP '2020-01-01 00:00:00.001', ARRAY[ARRAY['x', NULL], NULL]))]",
        ],
        [
          "1, ARRAY[ROW(MAP(ARRAY['b', 'a'], ARRAY[NULL, ARRAY[1.5]]), ROW(TIMESTAMP '2020-01-01 00:00:00.001', ARRAY[ARRAY['x', NULL], NULL]))]",
        ],
      ),
      different(
        'deep_null',
        ["1, ARRAY[ROW(NULL, ROW(NULL, ARRAY[ARRAY['x', NULL], NULL]))]"],
        ["1, ARRAY[ROW(NULL, ROW(NULL, ARRAY[ARRAY['x'], NULL]))]"],
      ),
      different(
        'deep_border',
        ["1, ARRAY[ROW(NULL, ROW(NULL, ARRAY[ARRAY['x', 'y'], ARRAY['z']]))]"],
        ["1, ARRAY[ROW(NULL, ROW(NULL, ARRAY[ARRAY['x'], ARRAY['y', 'z']]))]"],
      ),
      different(
        'deep_decimal',
        ["1, ARRAY[ROW(MAP(ARRAY['a'], ARRAY[ARRAY[1.5]]), NULL)]"],
        ["1, ARRAY[ROW(MAP(ARRAY['a'], ARRAY[ARRAY[1.51]]), NULL)]"],
      ),
    ],
  },
];
