import type { WaveMachine } from './wave-file.js';
import type { CsvPlace, WaveProblem } from './problem.js';
import { readCsv } from './read-csv.js';

export interface CsvMachine {
  readonly machine: WaveMachine;
  readonly line: number;
  /** Of the cells that are not empty, by column. */
  readonly cells: ReadonlyMap<string, CsvPlace>;
}

type Kind = 'text' | 'number' | 'list';

const columns: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['migrationId', 'text'],
  ['sourceVmId', 'text'],
  ['targetVmName', 'text'],
  ['source', 'text'],
  ['target', 'text'],
  ['environment', 'text'],
  ['instanceType', 'text'],
  ['subnetId', 'text'],
  // Separated by spaces or semicolons.
  ['securityGroupIds', 'list'],
  ['callbackUrl', 'text'],
  ['fixedIp', 'text'],
  ['macAddress', 'text'],
  ['testSubnetId', 'text'],
  ['diskGb', 'number'],
  ['dns.zone', 'text'],
  ['dns.names', 'list'],
  ['dns.addresses', 'list'],
  ['dns.reverseZones', 'list'],
  ['dns.ttlSeconds', 'number'],
  ['cmdb.key', 'text'],
]);
const cmdbFields = ['cmdb.fields.', 'cmdb.fieldsAfterRollback.'];
const required = ['sourceVmId', 'targetVmName'];
const fix = `Correct the file; its columns are ${[...columns.keys(), ...cmdbFields.map((start) => `${start}NAME`)].join(', ')}.`;

/** The machines of a CSV file; an empty cell is as if it were left out. */
export function csvMachines(
  file: string,
  text: string,
): { readonly machines: readonly CsvMachine[]; readonly problems: readonly WaveProblem[] } {
  const problem = (place: CsvPlace, message: string): WaveProblem => ({
    code: 'wave-csv',
    severity: 'error',
    path: [],
    csv: { file, ...place },
    message,
    fix,
  });
  const rows = readCsv(text);
  if (!rows.ok) return { machines: [], problems: [problem(rows.error, `The file is not CSV: ${rows.error.message}.`)] };
  const [head, ...body] = rows.value;
  if (head === undefined || body.length === 0)
    return { machines: [], problems: [problem({ line: 1 }, 'The file names no machine.')] };
  const names = head.cells;
  const headAt = (index: number): CsvPlace => head.places[index] ?? { line: head.line };
  const wrong = [
    ...names.flatMap((name, index) =>
      kindOf(name) === undefined ? [problem(headAt(index), `The file has the unknown column '${name}'.`)] : [],
    ),
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => problem({ line: head.line }, `The file lacks the column '${name}'.`)),
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index ? [] : [problem(headAt(index), `The file has the column '${name}' twice.`)],
    ),
  ];
  if (wrong.length > 0) return { machines: [], problems: wrong };
  const problems: WaveProblem[] = [];
  const machines: CsvMachine[] = [];
  for (const { line, cells, places } of body) {
    const at = (index: number): CsvPlace => places[index] ?? { line };
    const bad = [
      ...(cells.length === names.length
        ? []
        : [problem({ line }, `The line has ${cells.length} cells where ${names.length} are named.`)]),
      ...required
        .filter((name) => (cells[names.indexOf(name)] ?? '') === '')
        .map((name) => problem(at(names.indexOf(name)), `The line lacks '${name}'.`)),
      ...names.flatMap((name, index) =>
        kindOf(name) === 'number' && !isPositive(cells[index] ?? '')
          ? [problem(at(index), `The line has '${name}' that is not a number above 0.`)]
          : [],
      ),
    ];
    if (bad.length > 0) problems.push(...bad);
    else {
      const given = names.flatMap((name, index) => ((cells[index] ?? '') === '' ? [] : [[name, at(index)] as const]));
      machines.push({ line, machine: machineOf(names, cells), cells: new Map(given) });
    }
  }
  return { machines, problems };
}

function kindOf(column: string): Kind | undefined {
  const isField = cmdbFields.some((start) => column.startsWith(start) && column.length > start.length);
  return isField ? 'text' : columns.get(column);
}

function isPositive(text: string): boolean {
  return text === '' || Number(text) > 0;
}

function machineOf(names: readonly string[], cells: readonly string[]): WaveMachine {
  const given = names.flatMap((name, index) => {
    const cell = cells[index] ?? '';
    return cell === '' ? [] : [[name, valueOf(name, cell)] as const];
  });
  const within = (start: string): object | undefined => {
    const found = given.filter(([name]) => name.startsWith(start));
    return found.length === 0
      ? undefined
      : Object.fromEntries(found.map(([name, value]) => [name.slice(start.length), value]));
  };
  const own = Object.fromEntries(given.filter(([name]) => !name.includes('.')));
  const key = given.find(([name]) => name === 'cmdb.key')?.[1];
  const [fields, fieldsAfterRollback] = cmdbFields.map(within);
  const cmdb = {
    ...(key !== undefined && { key }),
    ...(fields && { fields }),
    ...(fieldsAfterRollback && { fieldsAfterRollback }),
  };
  const dns = within('dns.');
  // The columns that are required are there.
  return { ...own, ...(dns && { dns }), ...(Object.keys(cmdb).length > 0 && { cmdb }) } as unknown as WaveMachine;
}

function valueOf(column: string, cell: string): string | number | readonly string[] {
  const kind = kindOf(column);
  if (kind === 'number') return Number(cell);
  return kind === 'list' ? cell.split(/[\s;]+/).filter((each) => each !== '') : cell;
}
