import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvMachines } from '../../../waves/wave-file/csv-machines.js';
import { readCsv } from '../../../waves/wave-file/read-csv.js';

function rowsOf(text: string): unknown {
  const read = readCsv(text);
  return read.ok ? read.value.map(({ line, cells }) => [line, ...cells]) : read.error;
}

test.each([
  [
    'a,b\nc,d\n',
    [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
  ],
  [
    'a,b\r\nc,d',
    [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
  ],
  ['\uFEFFa\n', [[1, 'a']]],
  ['a,"b,""c"""\n', [[1, 'a', 'b,"c"']]],
  [
    '"two\nlines",x\ny,z\n',
    [
      [1, 'two\nlines', 'x'],
      [3, 'y', 'z'],
    ],
  ],
  [
    'a,\n\n,b\n',
    [
      [1, 'a', ''],
      [3, '', 'b'],
    ],
  ],
  [' a , b \n', [[1, 'a', 'b']]],
  ['', []],
  ['a,"b\n', { line: 1, column: 3, message: 'a quote is not closed, or text stands beside a quoted cell' }],
  ['x\na,"b"c\n', { line: 2, column: 3, message: 'a quote is not closed, or text stands beside a quoted cell' }],
])('%j', (text, rows) => {
  expect(rowsOf(text)).toEqual(rows);
});

test('a cell has its line and column, also behind one of two lines', () => {
  const read = readCsv('id, name\n"two\nlines",x,"y"\n');
  expect(read.ok && read.value.map(({ places }) => places.map(({ line, column }) => [line, column]))).toEqual([
    [
      [1, 1],
      [1, 4],
    ],
    [
      [2, 1],
      [3, 8],
      [3, 10],
    ],
  ]);
});

test('what is quoted comes back', () => {
  const cell = fc.string().map((text) => text.replaceAll('\r', ''));
  const row = fc.array(cell, { minLength: 1, maxLength: 5 }).filter((cells) => cells.some((text) => text !== ''));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
      const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n');
      const read = readCsv(text);
      expect(read.ok && read.value.map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

describe('machines', () => {
  test('numbers, lists and empty cells', () => {
    const text = 'sourceVmId,targetVmName,diskGb,securityGroupIds,fixedIp\ni-1,web-1,40,a;b c;,\n';
    expect(csvMachines('m.csv', text)).toEqual({
      problems: [],
      machines: [
        {
          line: 2,
          machine: { sourceVmId: 'i-1', targetVmName: 'web-1', diskGb: 40, securityGroupIds: ['a', 'b', 'c'] },
          cells: new Map([
            ['sourceVmId', { line: 2, column: 1 }],
            ['targetVmName', { line: 2, column: 5 }],
            ['diskGb', { line: 2, column: 11 }],
            ['securityGroupIds', { line: 2, column: 14 }],
          ]),
        },
      ],
    });
  });

  test('names and records of the CMDB', () => {
    const text = [
      'sourceVmId,targetVmName,dns.names,dns.ttlSeconds,cmdb.key,cmdb.fields.ip_address,cmdb.fields.os.name',
      'i-1,web-1,shop.acme.example www.acme.example,60,srv-7,{address},Debian',
      'i-2,web-2,,,,,',
    ].join('\n');
    expect(csvMachines('m.csv', text).machines.map(({ machine }) => machine)).toEqual([
      {
        sourceVmId: 'i-1',
        targetVmName: 'web-1',
        dns: { names: ['shop.acme.example', 'www.acme.example'], ttlSeconds: 60 },
        cmdb: { key: 'srv-7', fields: { ip_address: '{address}', 'os.name': 'Debian' } },
      },
      { sourceVmId: 'i-2', targetVmName: 'web-2' },
    ]);
  });

  test.each([
    ['sourceVmId,targetVmName\n', 1, undefined, 'The file names no machine.'],
    ['sourceVmId,name\ni-1,x\n', 1, 12, "The file has the unknown column 'name'."],
    ['sourceVmId,constructor\ni-1,x\n', 1, 12, "The file has the unknown column 'constructor'."],
    ['sourceVmId,targetVmName,dns.zones\ni-1,x,y\n', 1, 25, "The file has the unknown column 'dns.zones'."],
    ['sourceVmId,targetVmName,cmdb.fields.\ni-1,x,y\n', 1, 25, "The file has the unknown column 'cmdb.fields.'."],
    ['sourceVmId\ni-1\n', 1, undefined, "The file lacks the column 'targetVmName'."],
    ['sourceVmId,targetVmName,sourceVmId\ni-1,x,i-2\n', 1, 25, "The file has the column 'sourceVmId' twice."],
    ['sourceVmId,targetVmName\ni-1\n', 2, undefined, 'The line has 1 cells where 2 are named.'],
    ['sourceVmId,targetVmName\n,x\n', 2, 1, "The line lacks 'sourceVmId'."],
    ['sourceVmId,targetVmName,diskGb\ni-1,x,big\n', 2, 7, "The line has 'diskGb' that is not a number above 0."],
    [
      'sourceVmId,targetVmName,dns.ttlSeconds\ni-1,x,-1\n',
      2,
      7,
      "The line has 'dns.ttlSeconds' that is not a number above 0.",
    ],
  ])('%j', (text, line, column, message) => {
    const csv = { file: 'm.csv', line, ...(column !== undefined && { column }) };
    expect(csvMachines('m.csv', text).problems).toContainEqual(
      expect.objectContaining({ code: 'wave-csv', csv, message }),
    );
  });
});
