import { correlation } from '../../core/correlation.js';
import { beginSpan, traceparentOf } from '../../core/span.js';
import type { Span } from '../../core/span.js';

/** A statement without its text. Source: OpenTelemetry semantic conventions, 'Database client'. */
export function beginStatementSpan(
  sql: string,
  { origin, catalog }: { readonly origin: string; readonly catalog: string | undefined },
): Span {
  const [operation = ''] = /^[A-Za-z]+/.exec(sql.trimStart()) ?? [];
  const name = operation.toUpperCase();
  return beginSpan(`trino ${name}`, {
    kind: 'client',
    attributes: {
      'db.system.name': 'trino',
      'db.operation.name': name,
      'server.address': origin,
      ...(catalog !== undefined && { 'db.namespace': catalog }),
    },
  });
}

/** Trino's log and Trino's own spans name the job, too. Source: Trino 476 documentation, 'Client request headers'. */
export function correlationHeaders(span: Span): Readonly<Record<string, string>> {
  const job = correlation()?.job;
  const traceparent = traceparentOf(span);
  return {
    ...(job !== undefined && { 'X-Trino-Trace-Token': job }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
