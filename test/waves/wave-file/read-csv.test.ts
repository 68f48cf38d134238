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
  ['a,"b\n', { line: 1, message: 'a quote is not closed, or text stands beside a quoted cell' }],
  ['x\na,"b"c\n', { line: 2, message: 'a quote is not closed, or text stands beside a quoted cell' }],
])('%j', (text, rows) => {
  expect(rowsOf(text)).toEqual(rows);
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
    const text = 'sourceVmId,targetVmName,diskGb,securityGroupIds,fixedIp\ni-1,web-1,40,a;b c,\n';
    expect(csvMachines('m.csv', text)).toEqual({
      problems: [],
      machines: [
        {
          line: 2,
          machine: { sourceVmId: 'i-1', targetVmName: 'web-1', diskGb: 40, securityGroupIds: ['a', 'b', 'c'] },
        },
      ],
    });
  });

  test.each([
    ['sourceVmId,targetVmName\n', 1, 'The file names no machine.'],
    ['sourceVmId,name\ni-1,x\n', 1, "The file has the unknown column 'name'."],
    ['sourceVmId\ni-1\n', 1, "The file lacks the column 'targetVmName'."],
    ['sourceVmId,targetVmName,sourceVmId\ni-1,x,i-2\n', 1, "The file has the column 'sourceVmId' twice."],
    ['sourceVmId,targetVmName\ni-1\n', 2, 'The line has 1 cells where 2 are named.'],
    ['sourceVmId,targetVmName\n,x\n', 2, "The line lacks 'sourceVmId'."],
    ['sourceVmId,targetVmName,diskGb\ni-1,x,big\n', 2, "The line has 'diskGb' that is not a number above 0."],
  ])('%j', (text, line, message) => {
    expect(csvMachines('m.csv', text).problems).toContainEqual(
      expect.objectContaining({ code: 'wave-csv', csv: { file: 'm.csv', line }, message }),
    );
  });
});
