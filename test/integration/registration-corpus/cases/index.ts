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
export const corpus: readonly CorpusCase[] = [
  ...typeCases,
  ...textCases,
  ...lineCases,
  ...columnarCases,
  ...partitionCases,
  ...kindCases,
  ...icebergCases,
  ...viewCases,
].filter(({ id }) => only.test(id));

const twice = corpus.find(({ id }, at) => corpus.findIndex((one) => one.id === id) < at);
if (twice !== undefined) throw new Error(`Two cases are called ${twice.id}.`);
