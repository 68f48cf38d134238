import { different, equal, iceberg, icebergOrc, json, orc, parquet } from './sheet.js';
import type { Sheet } from './sheet.js';

export const numberSheets: readonly Sheet[] = [
  {
    name: 'floats',
    columns: { id: 'integer', d: 'double', r: 'real' },
    source: parquet,
    target: icebergOrc,
    cases: [
      different('negative_zero', ["1, DOUBLE '-0.0', 0"], ["1, DOUBLE '0.0', 0"]),
      different('negative_zero_real', ["1, 0, REAL '-0.0'"], ["1, 0, REAL '0.0'"]),
      different('one_ulp', ["1, DOUBLE '0.1', 0"], ["1, DOUBLE '0.10000000000000002', 0"]),
      different('one_ulp_real', ["1, 0, REAL '0.1'"], ["1, 0, REAL '0.10000001'"]),
      different('one_ulp_large', ["1, DOUBLE '1.7976931348623157E308', 0"], ["1, DOUBLE '1.7976931348623155E308', 0"]),
      different('through_float32', ["1, DOUBLE '0.1', 0"], ["1, CAST(REAL '0.1' AS double), 0"]),
      different('subnormal', ["1, DOUBLE '4.9E-324', 0"], ['1, 0, 0']),
      different('nan_against_null', ['1, nan(), 0'], ['1, NULL, 0']),
      different('nan_against_infinity', ['1, nan(), 0'], ['1, infinity(), 0']),
      different('infinities', ['1, infinity(), 0'], ['1, -infinity(), 0']),
      different('re_paired_floats', ['1, 1, 0', '2, 2, 0'], ['1, 2, 0', '2, 1, 0']),
      different('null_against_zero', ['1, NULL, 0'], ['1, 0, 0']),
      equal('nan', ['1, nan(), CAST(nan() AS real)']),
      equal('other_nan', ['1, nan(), 0'], ["1, from_ieee754_64(X'7FF8000000000001'), 0"]),
      equal('same_double', ["1, DOUBLE '0.1', REAL '0.1'"], ["1, DOUBLE '0.1000000000000000055', REAL '0.1'"]),
      equal('limits', [
        "1, DOUBLE '4.9E-324', REAL '1.4E-45'",
        "2, DOUBLE '1.7976931348623157E308', REAL '3.4028235E38'",
      ]),
    ],
  },
  {
    name: 'decimals',
    columns: { id: 'integer', price: 'decimal(18,4)', huge: 'decimal(38,10)' },
    source: orc,
    target: iceberg,
    cases: [
      different('last_digit', ["1, DECIMAL '10.0001', 0"], ["1, DECIMAL '10.0002', 0"]),
      different('scale_shifted', ["1, DECIMAL '1.2345', 0"], ["1, DECIMAL '123.4500', 0"]),
      different('decimal_sign', ["1, DECIMAL '1.0', 0"], ["1, DECIMAL '-1.0', 0"]),
      different(
        'last_of_38',
        ["1, 0, DECIMAL '1234567890123456789012345678.0123456789'"],
        ["1, 0, DECIMAL '1234567890123456789012345678.0123456788'"],
      ),
      different('through_double', ["1, DECIMAL '90071992547409.9301', 0"], ["1, DECIMAL '90071992547409.9299', 0"]),
      different(
        'amounts_re_paired',
        ["1, DECIMAL '1', 0", "2, DECIMAL '2', 0"],
        ["1, DECIMAL '2', 0", "2, DECIMAL '1', 0"],
      ),
      equal('decimals', ["1, DECIMAL '99999999999999.9999', DECIMAL '-9999999999999999999999999999.9999999999'"]),
      equal('trailing_zeros', ["1, DECIMAL '1.5', DECIMAL '1.5'"], ["1, DECIMAL '1.5000', DECIMAL '1.5000'"]),
    ],
  },
  {
    name: 'rescaled',
    columns: {
      id: ['smallint', 'integer'],
      a: ['decimal(10,2)', 'decimal(12,4)'],
      b: ['decimal(38,0)', 'decimal(38,18)'],
      f: ['real', 'double'],
    },
    source: parquet,
    target: iceberg,
    cases: [
      equal(
        'scale',
        ["1, DECIMAL '1.25', DECIMAL '7', REAL '0.5'"],
        ["1, DECIMAL '1.2500', DECIMAL '7.000', DOUBLE '0.5'"],
      ),
      equal('digits', ["1, 0, DECIMAL '12300', 0"], ["1, 0, DECIMAL '12300', 0"]),
      equal('digits_zero', ["1, 0, DECIMAL '-0', 0"], ["1, 0, DECIMAL '0', 0"]),
      different('more_digits', ["1, DECIMAL '1.25', 0, 0"], ["1, DECIMAL '1.2501', 0, 0"]),
      different('more_digits_wide', ["1, 0, DECIMAL '7', 0"], ["1, 0, DECIMAL '7.000000000000000001', 0"]),
      different('tens', ["1, 0, DECIMAL '70', 0"], ["1, 0, DECIMAL '7', 0"]),
      different('real_and_double', ["1, 0, 0, REAL '0.1'"], ["1, 0, 0, DOUBLE '0.1'"]),
    ],
  },
  {
    name: 'jsons',
    columns: { id: 'bigint', b: 'boolean', bin: 'varbinary', t: 'varchar' },
    source: json,
    target: parquet,
    cases: [
      different('boolean', ["1, true, X'00', ''"], ["1, false, X'00', ''"]),
      different('boolean_null', ["1, NULL, X'00', ''"], ["1, false, X'00', ''"]),
      different('bytes', ["1, true, X'00FF', ''"], ["1, true, X'00FE', ''"]),
      different('byte_lost', ["1, true, X'0001', ''"], ["1, true, X'01', ''"]),
      different('no_bytes', ["1, true, X'', ''"], ["1, true, NULL, ''"]),
      // Trino writes bytes to JSON as UTF-8: what is not UTF-8 is lost.
      different('bytes_through_json', ["1, true, X'00FF80C3', 'x'"], ["1, true, X'00FF80C3', 'x'"]),
      equal('bytes_equal', ["1, true, X'0041', 'x'", "2, false, X'', NULL"]),
    ],
  },
];
