import type { AssessedTable, Column } from '../assessments/index.js';
import { avroDefaults } from '../core/parameters/avro-schema.js';
import type { Place, Reader } from '../core/parameters/known-parameter.js';
import { fateOf, mergedParameters } from '../core/parameters/parameters.js';
import { readerOf } from '../core/parameters/reader-of.js';
import type { Remark } from './remark.js';

type Parameters = Readonly<Record<string, string>>;

/**
 * The changes that a table's parameters cause at the target, and the names of unknown parameters: none vanishes
 * without a word. What Trino reads too and what is harmless is in docs/parameters.md only.
 */
export function parameterRemarks(source: AssessedTable): readonly Remark[] {
  const reader = readerOf(source);
  const isSpark = reader?.startsWith('spark-') === true;
  const serde = source.serde?.parameters ?? {};
  // One of the table takes precedence over the SerDe's.
  const own = isSpark
    ? serde
    : Object.fromEntries(Object.entries(serde).filter(([name]) => !(name in source.parameters)));
  return [
    ...changes('table', source.parameters, isSpark ? null : reader),
    ...changes('SerDe', own, reader),
    ...(reader === 'avro' ? defaultsOfAvro(mergedParameters(source.parameters, serde)) : []),
    ...unknown('table parameters', namesUnknown(source.parameters, isSpark ? null : reader)),
    ...unknown('SerDe parameters', namesUnknown(serde, reader)),
    ...unknown('parameters of the storage descriptor', namesUnknown(source.descriptorParameters ?? {}, null)),
    ...unknown('parameters of columns', [...source.columns, ...source.partitionKeys].flatMap(ofColumn)),
    ...ofPartitions(source.partitions.ownParameters ?? [], reader),
  ];
}

function changes(place: 'table' | 'SerDe', parameters: Parameters, reader: Reader | null): readonly Remark[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const fate = fateOf(name, value, reader);
    if (fate?.kind !== 'remark') return [];
    return [{ text: fate.changes, source: `${place} parameter ${name}`, fix: fate.fix }];
  });
}

function defaultsOfAvro({ 'avro.schema.literal': literal }: Parameters): readonly Remark[] {
  const fields = avroDefaults(literal);
  if (fields.length === 0) return [];
  return [
    {
      text: `Trino reads NULL, not the default of the Avro schema, in files that lack the field ${fields.join(', ')}`,
      source: 'parameter avro.schema.literal',
      fix: 'Compare the rows of files that were written before the field was added, or rewrite them.',
    },
  ];
}

function namesUnknown(parameters: Parameters, reader: Reader | null, place?: Place): readonly string[] {
  return Object.entries(parameters)
    .filter(([name, value]) => fateOf(name, value, reader, place) === undefined)
    .map(([name]) => name);
}

/** Trino's partitions have no parameters that a statement could give them. */
function ofPartitions(names: readonly string[], reader: Reader | null): readonly Remark[] {
  const isKnown = (name: string): boolean => fateOf(name, '', reader) !== undefined;
  const known = names.filter(isKnown).join(', ');
  return [
    ...(known === ''
      ? []
      : [
          {
            text: `Trino reads partitions by the table's parameters, and some of them have others: ${known}`,
            source: `parameters of partitions ${known}`,
            fix: 'Compare the rows of those partitions.',
          },
        ]),
    ...unknown(
      'parameters of partitions',
      names.filter((name) => !isKnown(name)),
    ),
  ];
}

function ofColumn({ name, parameters = {} }: Column): readonly string[] {
  return namesUnknown(parameters, null, 'column').map((parameter) => `${name}: ${parameter}`);
}

function unknown(place: string, names: readonly string[]): readonly Remark[] {
  if (names.length === 0) return [];
  const list = names.join(', ');
  return [
    {
      text: `${place} that are not known here are left out: ${list}`,
      source: `${place} ${list}`,
      fix: 'Find out whether they change how rows are read; docs/parameters.md lists those that are known.',
    },
  ];
}
