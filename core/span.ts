import { context, isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span } from '@opentelemetry/api';

export type { Span } from '@opentelemetry/api';

export interface SpanOptions {
  /** @default internal */
  readonly kind?: 'client' | 'consumer' | 'internal' | 'server';
  /** Names and figures that anybody may see: never content, headers, queries of URLs or texts of SQL. */
  readonly attributes?: Attributes;
  /**
   * The W3C `traceparent` of a span of another process; the active span becomes a link. What is not a traceparent is
   * ignored. @default the active span
   */
  readonly parent?: string | null | undefined;
}

/** Spans go nowhere, and cost next to nothing, until `monitoring/telemetry` has started the SDK. */
const tracer = trace.getTracer('aws2openstack');

/** The caller ends it. What it calls does not become its child: `inSpan` and `within` do that. */
export function beginSpan(name: string, { kind = 'internal', attributes = {}, parent }: SpanOptions = {}): Span {
  const remote = parent === undefined || parent === null ? undefined : contextOf(parent);
  const active = trace.getActiveSpan()?.spanContext();
  return tracer.startSpan(
    name,
    {
      kind: kinds[kind],
      attributes,
      ...(remote !== undefined && active !== undefined && { links: [{ context: active }] }),
    },
    remote ?? context.active(),
  );
}

/** Runs the work as part of the span. */
export function within<T>(span: Span, work: () => T): T {
  return context.with(trace.setSpan(context.active(), span), work);
}

/** The span lasts as long as the work, and has failed where the work throws. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const span = beginSpan(name, options);
  try {
    return await within(span, () => work(span));
  } catch (error) {
    markFailed(span, error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** `reason` is a code: messages may quote what nobody else may see. */
export function markFailed(span: Span, reason: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
  span.setAttribute('error.type', reason);
}

/**
 * The header that carries a span to another process; `undefined` while nothing is traced. Source: W3C Trace Context,
 * section 3.2.
 */
export function traceparentOf(span: Span | undefined = trace.getActiveSpan()): string | undefined {
  const found = span?.spanContext();
  if (found === undefined || !isSpanContextValid(found)) return undefined;
  return `00-${found.traceId}-${found.spanId}-${found.traceFlags.toString(16).padStart(2, '0')}`;
}

/** By which a line of a log is found from its trace, and the other way round. */
export function activeTrace(): { readonly trace_id: string; readonly span_id: string } | undefined {
  const found = trace.getActiveSpan()?.spanContext();
  return found === undefined || !isSpanContextValid(found)
    ? undefined
    : { trace_id: found.traceId, span_id: found.spanId };
}

const kinds = {
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
} as const;

function contextOf(traceparent: string): Context | undefined {
  const [, traceId = '', spanId = '', flags = ''] =
    /^[0-9a-e][0-9a-f]-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(traceparent) ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : undefined;
}
