import { MalformedFile, utf8 } from '../../malformed-file.js';
import type { OrcStripe } from './orc-file.js';
import { decodeRunLength1, decodeRunLength2 } from './run-length.js';

const dictionaryKinds = [1, 3];
const secondVersionKinds = [2, 3];

/** The integers of a column without nulls. Source: ORC specification v1, 'Column Encodings'. */
export function integersOf(stripe: OrcStripe, column: number): readonly number[] {
  requireNoNulls(stripe, column);
  return exactly(stripe.rows, decode(stripe, column, 'data', true));
}

/** The texts of a column without nulls. */
export function textsOf(stripe: OrcStripe, column: number): readonly string[] {
  requireNoNulls(stripe, column);
  const { kind, dictionarySize } = stripe.encoding(column);
  const lengths = decode(stripe, column, 'length', false);
  if (!dictionaryKinds.includes(kind)) return split(stripe.stream(column, 'data'), exactly(stripe.rows, lengths));
  const dictionary = split(stripe.stream(column, 'dictionaryData'), exactly(dictionarySize, lengths));
  return exactly(stripe.rows, decode(stripe, column, 'data', false)).map((index) => {
    const text = dictionary[index];
    if (text === undefined) throw new MalformedFile('has a text that is not in its dictionary');
    return text;
  });
}

function decode(stripe: OrcStripe, column: number, stream: 'data' | 'length', isSigned: boolean): readonly number[] {
  const content = stripe.stream(column, stream) ?? Buffer.alloc(0);
  const isSecond = secondVersionKinds.includes(stripe.encoding(column).kind);
  return isSecond ? decodeRunLength2(content, isSigned) : decodeRunLength1(content, isSigned);
}

function split(content: Buffer = Buffer.alloc(0), lengths: readonly number[]): readonly string[] {
  let position = 0;
  return lengths.map((length) => {
    const end = position + length;
    if (end > content.length) throw new MalformedFile('ends inside a text');
    const text = utf8(content.subarray(position, end));
    position = end;
    return text;
  });
}

function exactly(count: number, values: readonly number[]): readonly number[] {
  if (values.length !== count) throw new MalformedFile(`has a stream with ${values.length} values instead of ${count}`);
  return values;
}

/** A writer leaves the stream out where nothing is null, but need not. Source: ORC specification v1, 'Boolean Run Length Encoding'. */
function requireNoNulls(stripe: OrcStripe, column: number): void {
  const content = stripe.stream(column, 'present');
  if (content === undefined) return;
  let rows = 0;
  for (let i = 0; i < content.length;) {
    const control = content.readUInt8(i++);
    const isRun = control < 128;
    const [count, length] = isRun ? [control + 3, 1] : [256 - control, 256 - control];
    const bytes = content.subarray(i, i + length);
    for (let each = 0; each < count; each++, rows += 8) {
      const mask = 0xff & (0xff << Math.max(0, 8 - (stripe.rows - rows)));
      if (rows < stripe.rows && ((bytes[isRun ? 0 : each] ?? 0) & mask) !== mask)
        throw new MalformedFile('has a row without a path or a position');
    }
    i += length;
  }
}
