import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { activeTrace, beginSpan, inSpan, markFailed, traceparentOf, within } from '../../core/span.js';
import { recordSpans } from '../support/recorded-spans.js';
import type { RecordedSpans } from '../support/recorded-spans.js';

test('without an SDK nothing is traced, and the work is done', async () => {
  expect(await inSpan('work', {}, () => Promise.resolve([traceparentOf(), activeTrace()]))).toEqual([
    undefined,
    undefined,
  ]);
});

describe('with an SDK', () => {
  let spans: RecordedSpans;
  beforeAll(() => {
    spans = recordSpans();
  });
  afterAll(() => spans.stop());

  test('what is begun within a span is its child, after waiting too', async () => {
    await inSpan('outer', {}, async () => {
      await Promise.resolve();
      await inSpan('inner', { kind: 'client' }, () => Promise.resolve());
    });
    const [inner, outer] = [spans.named('inner'), spans.named('outer')];
    expect(inner.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(inner.spanContext().traceId).toBe(outer.spanContext().traceId);
  });

  test('a traceparent carries the trace to another process, whose own span is linked', async () => {
    const carried = await inSpan('sender', {}, (span) => Promise.resolve(traceparentOf(span)));
    expect(carried).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await inSpan('worker', {}, () => inSpan('job', { parent: carried }, () => Promise.resolve()));
    const [sender, worker, job] = [spans.named('sender'), spans.named('worker'), spans.named('job')];
    expect(job.parentSpanContext).toMatchObject({ spanId: sender.spanContext().spanId, isRemote: true });
    expect(job.links.map(({ context }) => context.spanId)).toEqual([worker.spanContext().spanId]);
  });

  test.each(['', 'no', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, `ff-${'1'.repeat(32)}-${'1'.repeat(16)}-01`, null])(
    'what is not a traceparent is ignored: %j',
    async (parent) => {
      const traced = await inSpan('parent', {}, () =>
        inSpan(`child of ${String(parent)}`, { parent }, () => Promise.resolve(activeTrace())),
      );
      const child = spans.named(`child of ${String(parent)}`);
      expect(child.spanContext().traceId).toBe(traced?.trace_id);
      expect(child.parentSpanContext?.isRemote).not.toBe(true);
    },
  );

  test('a span has failed where its work throws, by the name of the error and not by its message', async () => {
    const secret = inSpan('throws', {}, () => Promise.reject(new RangeError('password=hidden')));
    await expect(secret).rejects.toThrow('hidden');
    const { status, attributes, events } = spans.named('throws');
    expect({ status, attributes, events }).toEqual({
      status: { code: 2, message: 'RangeError' },
      attributes: { 'error.type': 'RangeError' },
      events: [],
    });
  });

  test('a span that is begun by hand has children where it is entered, and none elsewhere', () => {
    const span = beginSpan('by hand', { attributes: { objects: 3 } });
    expect(within(span, activeTrace)?.span_id).toBe(span.spanContext().spanId);
    expect(activeTrace()).toBeUndefined();
    markFailed(span, 'no-such-key');
    span.end();
    expect(spans.named('by hand').attributes).toEqual({ objects: 3, 'error.type': 'no-such-key' });
  });
});
