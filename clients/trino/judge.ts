import { isDeepStrictEqual } from 'node:util';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import {
  cancelled,
  foreignAddress,
  noConnection,
  notTrino,
  outcomeUnknown,
  queryLost,
  refused,
  unavailable,
} from './diagnostics.js';
import type { TrinoDiagnostic } from './diagnostics.js';
import type { HttpAnswer, HttpFailure } from './http.js';
import { parseResults } from './results.js';
import type { QueryResults, TrinoColumn } from './results.js';

export type Answered = Result<QueryResults, readonly TrinoDiagnostic[]>;

/** The outcome of a request, and whether repeating it is safe and may help. */
export interface Judged {
  readonly answered: Answered;
  readonly canRepeat: boolean;
}

/** A query that has begun. */
export interface StartedQuery {
  readonly id: string;
  /** Undefined until a page has named them; they never change afterwards. */
  readonly columns: readonly TrinoColumn[] | undefined;
}

/** The server and user of a request, and the query whose next page it asked for; `undefined` if it started a query. */
export interface Asked {
  readonly origin: string;
  readonly user: string;
  readonly query: StartedQuery | undefined;
  /** One readable line of an answer. */
  readonly excerpt: (text: string) => string;
}

/** The request was not passed on. Source: Trino documentation, 'Trino client REST API'; HAProxy's for 503. */
const notTaken: readonly number[] = [429, 503];
/** A gateway may have passed it on. */
const maybeTaken: readonly number[] = [502, 504];

/** A page can be asked for again. A request that starts a statement is repeated only if Trino did not get it. */
export function judge(sent: Result<HttpAnswer, HttpFailure>, asked: Asked): Judged {
  return sent.ok ? judgeAnswer(sent.value, asked) : judgeFailure(sent.error, asked);
}

function judgeFailure(failure: HttpFailure, { origin, query }: Asked): Judged {
  if (failure.kind === 'cancelled') return final(cancelled(query?.id));
  if (query !== undefined)
    return { ...final(noConnection(origin, failure)), canRepeat: failure.kind !== 'certificate' };
  return final(failure.neverSent ? noConnection(origin, failure) : outcomeUnknown(origin, failure.reason));
}

function judgeAnswer({ status, text }: HttpAnswer, { origin, user, query, excerpt }: Asked): Judged {
  const starts = query === undefined;
  if (notTaken.includes(status) || (!starts && maybeTaken.includes(status)))
    return { ...final(unavailable(origin, status, excerpt(text))), canRepeat: true };
  if (maybeTaken.includes(status)) return final(outcomeUnknown(origin, `HTTP ${status}`));
  if (status === 401 || status === 403) return final(refused(origin, user, status, excerpt(text)));
  if (!starts && (status === 404 || status === 410)) return final(queryLost(origin, query.id));
  const results = status === 200 ? parseResults(text) : undefined;
  if (results === undefined) return final(notTrino(origin, status, excerpt(text)));
  const contradiction = starts ? undefined : contradictionOf(results, query);
  if (contradiction !== undefined) return final(notTrino(origin, status, contradiction));
  const next = results.nextUri === undefined ? origin : URL.parse(results.nextUri)?.origin;
  return next === origin
    ? { answered: ok(results), canRepeat: false }
    : final(foreignAddress(origin, next ?? 'something that is not a URL'));
}

/** The reason why a page belongs to another query; undefined if nothing says so. */
function contradictionOf({ id, columns }: QueryResults, query: StartedQuery): string | undefined {
  if (id !== query.id) return `a page of the query ${id} in place of ${query.id}`;
  if (columns === undefined || query.columns === undefined) return undefined;
  const isSame = isDeepStrictEqual(columns.map(nameAndType), query.columns.map(nameAndType));
  return isSame ? undefined : `other columns than before in the query ${id}`;
}

const nameAndType = ({ name, type }: TrinoColumn): TrinoColumn => ({ name, type });

function final(problem: TrinoDiagnostic): Judged {
  return { answered: fail([problem]), canRepeat: false };
}
