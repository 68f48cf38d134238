import type { WaveMachine } from './wave-file.js';
import type { WaveProblem } from './problem.js';
import { readCsv } from './read-csv.js';

export interface CsvMachine {
  readonly machine: WaveMachine;
  readonly line: number;
}

type Kind = 'text' | 'number' | 'list';

const columns: Readonly<Record<string, Kind>> = {
  migrationId: 'text',
  sourceVmId: 'text',
  targetVmName: 'text',
  source: 'text',
  target: 'text',
  environment: 'text',
  instanceType: 'text',
  subnetId: 'text',
  // Separated by spaces or semicolons.
  securityGroupIds: 'list',
  callbackUrl: 'text',
  fixedIp: 'text',
  macAddress: 'text',
  testSubnetId: 'text',
  diskGb: 'number',
};
const required = ['sourceVmId', 'targetVmName'];

/** The machines of a CSV file; an empty cell is as if it were left out. */
export function csvMachines(
  file: string,
  text: string,
): { readonly machines: readonly CsvMachine[]; readonly problems: readonly WaveProblem[] } {
  const problem = (line: number, message: string): WaveProblem => ({
    code: 'wave-csv',
    severity: 'error',
    path: [],
    csv: { file, line },
    message,
    fix: `Correct the file; its columns are ${Object.keys(columns).join(', ')}.`,
  });
  const rows = readCsv(text);
  if (!rows.ok)
    return { machines: [], problems: [problem(rows.error.line, `The file is not CSV: ${rows.error.message}.`)] };
  const [head, ...body] = rows.value;
  if (head === undefined || body.length === 0)
    return { machines: [], problems: [problem(1, 'The file names no machine.')] };
  const names = head.cells;
  const wrong = [
    ...names.filter((name) => columns[name] === undefined).map((name) => `has the unknown column '${name}'`),
    ...required.filter((name) => !names.includes(name)).map((name) => `lacks the column '${name}'`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `has the column '${name}' twice`),
  ];
  if (wrong.length > 0) return { machines: [], problems: wrong.map((what) => problem(head.line, `The file ${what}.`)) };
  const problems: WaveProblem[] = [];
  const machines: CsvMachine[] = [];
  for (const { line, cells } of body) {
    const bad = [
      ...(cells.length === names.length ? [] : [`has ${cells.length} cells where ${names.length} are named`]),
      ...required.filter((name) => (cells[names.indexOf(name)] ?? '') === '').map((name) => `lacks '${name}'`),
      ...names
        .filter((name, index) => columns[name] === 'number' && !isPositive(cells[index] ?? ''))
        .map((name) => `has '${name}' that is not a number above 0`),
    ];
    if (bad.length > 0) problems.push(...bad.map((what) => problem(line, `The line ${what}.`)));
    else machines.push({ line, machine: machineOf(names, cells) });
  }
  return { machines, problems };
}

function isPositive(text: string): boolean {
  return text === '' || Number(text) > 0;
}

function machineOf(names: readonly string[], cells: readonly string[]): WaveMachine {
  const given = names.flatMap((name, index) => {
    const cell = cells[index] ?? '';
    if (cell === '') return [];
    const kind = columns[name];
    return [[name, kind === 'number' ? Number(cell) : kind === 'list' ? cell.split(/[\s;]+/) : cell] as const];
  });
  // The columns that are required are there.
  return Object.fromEntries(given) as unknown as WaveMachine;
}
