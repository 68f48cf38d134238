import { bookkeeping } from './bookkeeping.js';
import type { Fate, KnownParameter, Place, Reader } from './known-parameter.js';
import { serdeParameters } from './serde-parameters.js';
import { sparkOptions } from './spark-options.js';

/** Every parameter of a Glue catalog that is known here, and what becomes of it. `docs/parameters.md` is made from it. */
export const knownParameters: readonly KnownParameter[] = [...serdeParameters, ...sparkOptions, ...bookkeeping];

type Parameters = Readonly<Record<string, string>>;

/**
 * The parameters that a reader of the files gets: those of the table take precedence over those of the SerDe. Source:
 * Hive 3.1.3 and 4.0.1, MetaStoreUtils.getSchema; Trino 476, MetastoreUtil.getHiveSchema.
 */
export function mergedParameters(table: Parameters, serde: Parameters | undefined): Parameters {
  return { ...serde, ...table };
}

/** The fate of one parameter; `undefined` if it is unknown. */
export function fateOf(
  name: string,
  value: string,
  reader: Reader | null,
  place: Place = 'table or SerDe',
): Fate | undefined {
  const isSpark = reader?.startsWith('spark-') === true;
  const matching = candidates(place).filter((known) => matches(known, name, isSpark));
  const own = matching.filter(({ readers }) => reader !== null && readers?.includes(reader) === true);
  const general = matching.filter(({ readers }) => readers === undefined);
  const known = own[0] ?? general[0];
  if (known === undefined) {
    return matching.length === 0 ? undefined : { kind: 'harmless', why: 'the table’s reader does not look at it' };
  }
  if (known.harmlessValues?.test(value) === true) {
    return { kind: 'harmless', why: 'the value says what Trino does anyway' };
  }
  return known.fate;
}

/** Whether a parameter is known to change nothing at this place, whoever reads the table. */
export function isHarmless(name: string, place: Place): boolean {
  const known = [...new Set([place, 'table or SerDe' as const])]
    .flatMap(candidates)
    .filter((each) => matches(each, name, false));
  return known.length > 0 && known.every(({ fate }) => fate.kind === 'harmless');
}

const byPlace = Map.groupBy(knownParameters, ({ place = 'table or SerDe' }) => place);
const patterns = new Map(
  knownParameters.filter(({ name }) => name.includes('*')).map(({ name }) => [name, patternOf(name)] as const),
);

function candidates(place: Place): readonly KnownParameter[] {
  return byPlace.get(place) ?? [];
}

/** The options of Spark fold case. */
function matches(known: KnownParameter, name: string, isSpark: boolean): boolean {
  const pattern = patterns.get(known.name);
  if (pattern !== undefined) return pattern.test(name);
  return known.name === name || (isSpark && known.name.toLowerCase() === name.toLowerCase());
}

function patternOf(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
