import { different, equal, orc, parquet, iceberg } from './sheet.js';
import type { Sheet } from './sheet.js';

const at = (text: string): string => `TIMESTAMP '${text}'`;
const zeros = (text: string): string => `1, ${text}, NULL, NULL`;
const pairs = (text: string): string => `1, NULL, ${text}, NULL`;
const deep = (text: string): string => `1, NULL, NULL, ${text}`;
const largest = '9'.repeat(38);

/** Values that are rare, and that some formats, engines or drivers change on the way. */
export const oddSheets: readonly Sheet[] = [
  {
    name: 'odd_nested',
    columns: {
      id: 'integer',
      zeros: 'array(double)',
      pairs: 'map(varchar, double)',
      deep: 'row(a row(b integer, c varchar), d map(integer, varchar), e array(array(integer)))',
    },
    source: parquet,
    target: orc,
    cases: [
      different('zero_in_an_array', [zeros("ARRAY[DOUBLE '-0.0']")], [zeros("ARRAY[DOUBLE '0.0']")]),
      equal('negative_zeros_in_an_array', [zeros("ARRAY[DOUBLE '-0.0', DOUBLE '0.0']")]),
      different('zeros_exchanged', [zeros("ARRAY[DOUBLE '-0.0', 0]")], [zeros("ARRAY[0, DOUBLE '-0.0']")]),
      equal(
        'nan_in_an_array',
        [zeros('ARRAY[nan(), NULL]')],
        [zeros("ARRAY[from_ieee754_64(X'FFF8000000000001'), NULL]")],
      ),
      different(
        'zero_in_a_map',
        [pairs("MAP(ARRAY['a'], ARRAY[DOUBLE '-0.0'])")],
        [pairs("MAP(ARRAY['a'], ARRAY[0])")],
      ),
      equal(
        'entries_in_another_order',
        [pairs("MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 1, NULL])")],
        [pairs("MAP(ARRAY['c', 'b', 'a'], ARRAY[NULL, 1, 1])")],
      ),
      different('key_with_a_blank', [pairs("MAP(ARRAY['a'], ARRAY[1])")], [pairs("MAP(ARRAY['a '], ARRAY[1])")]),
      different('map_within_empty', [deep('ROW(NULL, MAP(ARRAY[], ARRAY[]), NULL)')], [deep('ROW(NULL, NULL, NULL)')]),
      different('row_within_null', [deep('ROW(NULL, NULL, NULL)')], [deep('ROW(ROW(NULL, NULL), NULL, NULL)')]),
      different('row_of_nulls_against_null', [deep('ROW(ROW(NULL, NULL), NULL, NULL)')], [deep('NULL')]),
      different(
        'array_within_an_array_empty',
        [deep('ROW(NULL, NULL, ARRAY[ARRAY[]])')],
        [deep('ROW(NULL, NULL, ARRAY[])')],
      ),
      different(
        'array_within_an_array_null',
        [deep('ROW(NULL, NULL, ARRAY[ARRAY[]])')],
        [deep('ROW(NULL, NULL, ARRAY[NULL])')],
      ),
      equal('empty_within', [deep('ROW(ROW(NULL, NULL), MAP(ARRAY[], ARRAY[]), ARRAY[ARRAY[], NULL, ARRAY[NULL]])')]),
    ],
  },
  {
    name: 'odd_texts',
    columns: { id: 'integer', code: 'char(3)', name: 'varchar' },
    source: orc,
    target: parquet,
    cases: [
      equal('char_with_and_without_blanks', ["1, 'a', 'x'"], ["1, 'a  ', 'x'"]),
      equal('char_of_blanks', ["1, '   ', 'x'"], ["1, '', 'x'"]),
      different('char_of_blanks_against_null', ["1, '   ', 'x'"], ["1, NULL, 'x'"]),
      different('char_with_a_tab', ["1, U&'a\\0009', 'x'"], ["1, 'a', 'x'"]),
      different('char_with_a_no_break_space', ["1, U&'a\\00A0', 'x'"], ["1, 'a', 'x'"]),
      different('nul_within', ["1, 'a', U&'x\\0000y'"], ["1, 'a', 'xy'"]),
      different('cut_at_nul', ["1, 'a', U&'x\\0000y'"], ["1, 'a', 'x'"]),
      different('byte_order_mark', ["1, 'a', U&'\\FEFFx'"], ["1, 'a', 'x'"]),
      different('beyond_16_bits', ["1, 'a', U&'\\+01F600'"], ["1, 'a', U&'\\FFFD\\FFFD'"]),
      different('surrogates_as_utf8', ["1, 'a', U&'\\+01F600'"], ["1, 'a', from_utf8(X'EDA0BDEDB880')"]),
      different('marks_in_another_order', ["1, 'a', U&'a\\0323\\0307'"], ["1, 'a', U&'a\\0307\\0323'"]),
      different('sharp_s', ["1, 'a', U&'\\00DF'"], ["1, 'a', 'ss'"]),
      different('kelvin', ["1, 'a', U&'\\212A'"], ["1, 'a', 'K'"]),
      different('dotless_i', ["1, 'a', U&'\\0131'"], ["1, 'a', 'i'"]),
      different('soft_hyphen', ["1, 'a', U&'x\\00ADy'"], ["1, 'a', 'xy'"]),
      different('no_text_against_blank', ["1, 'a', ''"], ["1, 'a', ' '"]),
      equal('odd_text', ["1, U&'\\00DF', U&'\\FEFF\\0000\\+01F600\\202E\\FFFF'"]),
    ],
  },
  {
    name: 'odd_times',
    columns: { id: 'integer', d: 'date', t: 'timestamp(3)' },
    source: orc,
    target: parquet,
    cases: [
      equal('hour_that_berlin_leaps_over', [`1, NULL, ${at('2024-03-31 02:30:00')}`]),
      different(
        'leap_to_summer_time',
        [`1, NULL, ${at('2024-03-31 02:30:00')}`],
        [`1, NULL, ${at('2024-03-31 03:30:00')}`],
      ),
      equal('hour_that_berlin_has_twice', [`1, NULL, ${at('2024-10-27 02:30:00')}`]),
      equal('local_mean_time', [`1, NULL, ${at('1883-11-18 12:03:57.001')}`]),
      equal('before_the_gregorian_calendar', [`1, DATE '1582-10-10', ${at('1582-10-10 23:59:59.999')}`]),
      different(
        'ten_days_of_1582',
        [`1, DATE '1582-10-04', ${at('1582-10-04 00:00:00')}`],
        [`1, DATE '1582-10-14', ${at('1582-10-14 00:00:00')}`],
      ),
      equal('before_the_epoch', [`1, DATE '1969-12-31', ${at('1969-12-31 23:59:58.001')}`]),
      // ORC does not tell a fraction of the last second before the epoch from one of the first second after it.
      different('last_second_through_orc', [`1, NULL, ${at('1969-12-31 23:59:59.001')}`]),
      different(
        'fraction_before_the_epoch',
        [`1, NULL, ${at('1969-12-31 23:59:58.001')}`],
        [`1, NULL, ${at('1969-12-31 23:59:57.001')}`],
      ),
      equal('first_and_last_day', ["1, DATE '0001-01-01', NULL", "2, DATE '9999-12-31', NULL"]),
      different('first_years', ["1, DATE '0001-01-01', NULL"], ["1, DATE '0002-01-01', NULL"]),
      different('leap_day_of_1900', ["1, DATE '1900-02-28', NULL"], ["1, DATE '1900-03-01', NULL"]),
      equal('first_and_last_instant', [
        `1, NULL, ${at('0001-01-01 00:00:00.001')}`,
        `2, NULL, ${at('9999-12-31 23:59:59.999')}`,
      ]),
    ],
  },
  {
    name: 'odd_numbers',
    columns: {
      id: 'integer',
      whole: 'decimal(38,0)',
      fraction: 'decimal(38,38)',
      f: ['real', 'double'],
    },
    source: parquet,
    target: iceberg,
    cases: [
      equal('largest_and_smallest', [
        `1, DECIMAL '${largest}', DECIMAL '0.${largest}', 0`,
        `2, DECIMAL '-${largest}', DECIMAL '-0.${largest}', 0`,
      ]),
      different('one_of_38_digits', [`1, DECIMAL '${largest}', 0, 0`], [`1, DECIMAL '${largest.slice(1)}8', 0, 0`]),
      different('last_whole_digit', [`1, DECIMAL '${largest}', 0, 0`], [`1, DECIMAL '${largest.slice(1)}', 0, 0`]),
      different('last_of_38_places', ["1, 0, DECIMAL '0.00000000000000000000000000000000000001', 0"], ['1, 0, 0, 0']),
      different('sign_of_38_digits', [`1, DECIMAL '${largest}', 0, 0`], [`1, DECIMAL '-${largest}', 0, 0`]),
      different('beyond_64_bits', ["1, DECIMAL '18446744073709551617', 0, 0"], ["1, DECIMAL '1', 0, 0"]),
      equal('real_as_double', ["1, 0, 0, REAL '0.1'"], ["1, 0, 0, CAST(REAL '0.1' AS double)"]),
      different('real_rounded_otherwise', ["1, 0, 0, REAL '0.1'"], ["1, 0, 0, DOUBLE '0.10000000149011613'"]),
      equal('whole_real', ["1, 0, 0, REAL '16777216'"], ["1, 0, 0, DOUBLE '16777216'"]),
      different('beyond_24_bits', ["1, 0, 0, REAL '16777216'"], ["1, 0, 0, DOUBLE '16777217'"]),
    ],
  },
  {
    name: 'odd_bytes',
    columns: { id: 'integer', bin: 'varbinary', flag: 'boolean' },
    source: parquet,
    target: orc,
    cases: [
      different('bytes_empty_against_null', ["1, X'', true"], ['1, NULL, true']),
      different('bytes_empty_against_zero', ["1, X'', true"], ["1, X'00', true"]),
      different('one_zero_byte_more', ["1, X'00', true"], ["1, X'0000', true"]),
      different('bytes_that_are_not_utf8', ["1, X'FF', true"], ["1, X'EFBFBD', true"]),
      different('false_against_null', ["1, X'', false"], ["1, X'', NULL"]),
      equal('any_bytes', ["1, X'00FF80C3', false", "2, X'', NULL"]),
    ],
  },
];
