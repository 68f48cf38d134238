import { MalformedFile } from '../malformed-file.js';
import { integersOf, textsOf } from './orc/columns.js';
import { openOrc } from './orc/orc-file.js';
import type { OrcColumn } from './orc/orc-file.js';
import { deletedRowId, filePathId, positionId } from './position-deletes.js';
import type { PositionDeletes } from './position-deletes.js';

const kinds = { long: 4, string: 7 } as const;

/** Throws `MalformedFile`. Source: Apache Iceberg specification, 'Position Delete Files', 'ORC'. */
export function readOrcDeletes(content: Buffer): PositionDeletes {
  const { columns, stripes, rows } = openOrc(content);
  if (columns.some(({ id, name }) => id === deletedRowId || name === 'row'))
    throw new MalformedFile('holds the deleted rows beside their positions, which cannot be carried over');
  const path = find(columns, filePathId, 'file_path', kinds.string);
  const position = find(columns, positionId, 'pos', kinds.long);
  const paths = stripes.flatMap((stripe) => textsOf(stripe, path.number));
  if (paths.length !== rows) throw new MalformedFile('has stripes with more or fewer rows than its footer says');
  const positions = stripes.flatMap((stripe) => integersOf(stripe, position.number)).map(BigInt);
  return { paths, positions };
}

function find(columns: readonly OrcColumn[], id: number, name: string, kind: number): OrcColumn {
  const column = columns.find((each) => each.id === id) ?? columns.find((each) => each.name === name);
  if (column?.kind !== kind) throw new MalformedFile(`has no column ${name} of the type that it must have`);
  return column;
}
