import { beginSpan, markFailed, within } from '../../../core/span.js';
import type { Span } from '../../../core/span.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A request that was answered. Neither its query nor its headers: they may hold what nobody else may see. */
export interface AnsweredRequest {
  /** As in the error that a person is shown. */
  readonly request: string;
  readonly method: string;
  /** Such as `/api/questions/list_tables`; `none` of a path that does not exist. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly who: string | null;
}

/** Each request is a span, within which it is answered, and is told when it was answered. */
export function observeRequests(app: FastifyInstance, onAnswered: (answered: AnsweredRequest) => void): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = routeOf(request);
    const attributes = { 'http.request.method': request.method, 'http.route': route };
    const parent = request.headers['traceparent'];
    const span = beginSpan(`${request.method} ${route}`, {
      kind: 'server',
      attributes,
      parent: typeof parent === 'string' ? parent : undefined,
    });
    spans.set(request, span);
    within(span, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    const status = reply.statusCode;
    span?.setAttribute('http.response.status_code', status);
    if (span !== undefined && status >= 500) markFailed(span, String(status));
    onAnswered({
      request: request.id,
      method: request.method,
      route: routeOf(request),
      status,
      ms: Math.round(reply.elapsedTime),
      who: request.session?.who ?? null,
    });
    span?.end();
    done();
  });
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
}
