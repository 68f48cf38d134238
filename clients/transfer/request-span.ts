import type { Result } from '../../core/result.js';
import { inSpan, markFailed } from '../../core/span.js';
import type { TransferFailure } from './failure.js';
import type { TransferReply, TransferRequest } from './http.js';

/**
 * A request as a span. Of its address only what comes before the query, which may hold a signature; no headers.
 * Source: OpenTelemetry semantic conventions, 'HTTP client'.
 */
export async function inRequestSpan(
  { method, origin, path }: Pick<TransferRequest, 'method' | 'origin' | 'path'>,
  send: () => Promise<Result<TransferReply, TransferFailure>>,
): Promise<Result<TransferReply, TransferFailure>> {
  const [address = ''] = path.split('?', 1);
  const attributes = { 'http.request.method': method, 'url.full': `${origin}${address}` };
  return await inSpan(method, { kind: 'client', attributes }, async (span) => {
    const reply = await send();
    const status = reply.ok ? reply.value.status : reply.error.status;
    if (status > 0) span.setAttribute('http.response.status_code', status);
    if (status === 0 || status >= 400) markFailed(span, reply.ok ? String(status) : reply.error.code);
    return reply;
  });
}
