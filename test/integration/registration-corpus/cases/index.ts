import type { CorpusCase } from '../corpus-case.js';
import { icebergCases } from './iceberg.js';
import { kindCases } from './kinds.js';
import { lineCases } from './lines.js';
import { columnarCases } from './columnar.js';
import { partitionCases } from './partitions.js';
import { textCases } from './text.js';
import { typeCases } from './types.js';
import { viewCases } from './views.js';

/** `A2O_CORPUS` chooses by a pattern of names. */
const only = new RegExp(process.env['A2O_CORPUS'] ?? '');
const ofFiles = [...typeCases, ...textCases, ...lineCases, ...columnarCases, ...partitionCases, ...kindCases];
export const corpus: readonly CorpusCase[] = [...ofFiles, ...icebergCases, ...viewCases].filter(({ id }) =>
  only.test(id),
);

/**
 * What a mapping to Iceberg is tried on: every case whose files are read and which is not Iceberg, by its rows alone. A
 * part of them unless the matrix is full.
 */
const share = process.env['A2O_MATRIX'] === 'full' || process.env['A2O_CORPUS'] !== undefined ? 1 : 6;
export const converted: readonly CorpusCase[] = ofFiles
  .filter(({ id, expected, prepare }) => only.test(id) && expected.rows !== undefined && prepare === undefined)
  .filter((_, at) => at % share === 0)
  .map(({ expected: { rows, blocked }, ...one }): CorpusCase => {
    const expected = { ...(rows !== undefined && { rows }), ...(blocked !== undefined && { blocked }) };
    return { ...one, expected };
  });

const twice = corpus.find(({ id }, at) => corpus.findIndex((one) => one.id === id) < at);
if (twice !== undefined) throw new Error(`Two cases are called ${twice.id}.`);
