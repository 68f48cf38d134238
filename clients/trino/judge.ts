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
import type { QueryResults } from './results.js';

export type Answered = Result<QueryResults, readonly TrinoDiagnostic[]>;

/** The outcome of a request, and whether repeating it is safe and may help. */
export interface Judged {
  readonly answered: Answered;
  readonly canRepeat: boolean;
}

/** The server and user of a request, and the query whose next page it asked for; `undefined` if it started a query. */
export interface Asked {
  readonly origin: string;
  readonly user: string;
  readonly queryId: string | undefined;
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

function judgeFailure(failure: HttpFailure, { origin, queryId }: Asked): Judged {
  if (failure.kind === 'cancelled') return final(cancelled(queryId));
  if (queryId !== undefined)
    return { ...final(noConnection(origin, failure)), canRepeat: failure.kind !== 'certificate' };
  return final(failure.neverSent ? noConnection(origin, failure) : outcomeUnknown(origin, failure.reason));
}

function judgeAnswer({ status, text }: HttpAnswer, { origin, user, queryId, excerpt }: Asked): Judged {
  const starts = queryId === undefined;
  if (notTaken.includes(status) || (!starts && maybeTaken.includes(status)))
    return { ...final(unavailable(origin, status, excerpt(text))), canRepeat: true };
  if (maybeTaken.includes(status)) return final(outcomeUnknown(origin, `HTTP ${status}`));
  if (status === 401 || status === 403) return final(refused(origin, user, status, excerpt(text)));
  if (!starts && (status === 404 || status === 410)) return final(queryLost(origin, queryId));
  const results = status === 200 ? parseResults(text) : undefined;
  if (results === undefined) return final(notTrino(origin, status, excerpt(text)));
  const next = results.nextUri === undefined ? origin : URL.parse(results.nextUri)?.origin;
  return next === origin
    ? { answered: ok(results), canRepeat: false }
    : final(foreignAddress(origin, next ?? 'something that is not a URL'));
}

function final(problem: TrinoDiagnostic): Judged {
  return { answered: fail([problem]), canRepeat: false };
}
