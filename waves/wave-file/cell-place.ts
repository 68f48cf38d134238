import type { CsvMachine } from './csv-machines.js';
import type { CsvPlace, WaveProblem } from './problem.js';
import type { ReadMachine } from './read-wave-file.js';

/** The first of the paths that has a cell of its own in a CSV file, or the machine. */
export function cellPlace(
  { place, cells = new Map() }: Pick<ReadMachine, 'place' | 'cells'>,
  paths: readonly (readonly string[])[],
): Pick<WaveProblem, 'path' | 'csv'> {
  const found = paths.map((path) => cellOf(cells, path)).find((cell) => cell !== undefined);
  return place.csv === undefined || found === undefined ? place : { ...place, csv: { ...place.csv, ...found } };
}

/** Of the cells, the one that holds the value at a path of the machine, such as `dns`, `names`, `0`. */
function cellOf(cells: CsvMachine['cells'], path: readonly string[]): CsvPlace | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = cells.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}
