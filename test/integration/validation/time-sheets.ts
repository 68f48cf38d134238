import { different, equal, iceberg, orc, parquet } from './sheet.js';
import type { Sheet } from './sheet.js';

const at = (text: string): string => `TIMESTAMP '${text}'`;

export const timeSheets: readonly Sheet[] = [
  {
    name: 'micros',
    columns: { id: 'integer', d: 'date', t: 'timestamp(6)', z: 'timestamp(6) with time zone', c: 'time(6)', u: 'uuid' },
    source: iceberg,
    target: iceberg,
    cases: [
      different(
        'day',
        ["1, DATE '2024-02-29', NULL, NULL, NULL, NULL"],
        ["1, DATE '2024-03-01', NULL, NULL, NULL, NULL"],
      ),
      different(
        'before_1970',
        ["1, DATE '1969-12-31', NULL, NULL, NULL, NULL"],
        ["1, DATE '1970-01-01', NULL, NULL, NULL, NULL"],
      ),
      different(
        'microsecond',
        [`1, NULL, ${at('2024-01-01 00:00:00.000001')}, NULL, NULL, NULL`],
        [`1, NULL, ${at('2024-01-01 00:00:00.000002')}, NULL, NULL, NULL`],
      ),
      different(
        'second_before_1970',
        [`1, NULL, ${at('1969-12-31 23:59:59.500000')}, NULL, NULL, NULL`],
        [`1, NULL, ${at('1970-01-01 00:00:00.500000')}, NULL, NULL, NULL`],
      ),
      different(
        'an_hour',
        [`1, NULL, ${at('2024-06-01 12:00:00')}, NULL, NULL, NULL`],
        [`1, NULL, ${at('2024-06-01 14:00:00')}, NULL, NULL, NULL`],
      ),
      different(
        'julian',
        [`1, DATE '1500-01-01', NULL, NULL, NULL, NULL`],
        [`1, DATE '1500-01-10', NULL, NULL, NULL, NULL`],
      ),
      different(
        'instant',
        [`1, NULL, NULL, ${at('2024-06-01 12:00:00 UTC')}, NULL, NULL`],
        [`1, NULL, NULL, ${at('2024-06-01 12:00:00 Europe/Berlin')}, NULL, NULL`],
      ),
      equal(
        'zone_of_an_instant',
        [`1, NULL, NULL, ${at('2024-06-01 12:00:00 UTC')}, NULL, NULL`],
        [`1, NULL, NULL, ${at('2024-06-01 14:00:00 Europe/Berlin')}, NULL, NULL`],
      ),
      equal(
        'summer_time',
        [`1, NULL, NULL, ${at('2024-10-27 00:30:00 UTC')}, NULL, NULL`],
        [`1, NULL, NULL, ${at('2024-10-27 02:30:00 +02:00')}, NULL, NULL`],
      ),
      different(
        'time',
        ["1, NULL, NULL, NULL, TIME '12:00:00.000001', NULL"],
        ["1, NULL, NULL, NULL, TIME '12:00:00', NULL"],
      ),
      different(
        'uuid',
        ["1, NULL, NULL, NULL, NULL, UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'"],
        ["1, NULL, NULL, NULL, NULL, UUID '12151fd2-7586-11e9-8f9e-2a86e4085a58'"],
      ),
      equal('times', [
        `1, DATE '9999-12-31', ${at('0001-01-01 00:00:00.000001')}, ${at('1900-01-01 00:00:00.999999 UTC')}, TIME '23:59:59.999999', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'`,
      ]),
    ],
  },
  {
    name: 'millis',
    columns: { id: 'integer', t: ['timestamp(3)', 'timestamp(6)'] },
    source: parquet,
    target: iceberg,
    cases: [
      equal('millisecond', [`1, ${at('2024-01-01 00:00:00.123')}`], [`1, ${at('2024-01-01 00:00:00.123000')}`]),
      equal('rounded', [`1, ${at('2024-01-01 00:00:00.123')}`], [`1, ${at('2024-01-01 00:00:00.123400')}`]),
      equal('old_millisecond', [`1, ${at('1883-11-18 12:03:57.001')}`]),
      different('a_millisecond', [`1, ${at('2024-01-01 00:00:00.123')}`], [`1, ${at('2024-01-01 00:00:00.124')}`]),
      different('second_lost', [`1, ${at('1969-12-31 23:59:58.999')}`], [`1, ${at('1969-12-31 23:59:59.999')}`]),
    ],
  },
  {
    name: 'dates',
    columns: { id: 'integer', d: 'date', t: 'timestamp(3)' },
    source: orc,
    target: parquet,
    cases: [
      equal(
        'date_with_and_without_a_time',
        ["1, DATE '2020-01-01', NULL"],
        ["1, CAST(TIMESTAMP '2020-01-01 00:00:00' AS date), NULL"],
      ),
      equal('old_dates', [`1, DATE '1582-10-04', ${at('1582-10-15 00:00:00.001')}`]),
      different(
        'dates_re_paired',
        ["1, DATE '2020-01-01', NULL", "2, DATE '2020-01-02', NULL"],
        ["1, DATE '2020-01-02', NULL", "2, DATE '2020-01-01', NULL"],
      ),
      different('midnight', [`1, NULL, ${at('2020-01-01 00:00:00')}`], [`1, NULL, ${at('2020-01-02 00:00:00')}`]),
    ],
  },
];
