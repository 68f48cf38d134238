import { NodeSDK } from '@opentelemetry/sdk-node';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';

type Processor = NonNullable<NodeSDKConfiguration['spanProcessors']>[number];
type EndedSpan = Parameters<Processor['onEnd']>[0];

/** The spans of this process, in the order in which they end. */
export interface RecordedSpans {
  readonly ended: readonly EndedSpan[];
  named(name: string): EndedSpan;
  stop(): Promise<void>;
}

/** One at a time in a process, and before its first span. */
export function recordSpans(): RecordedSpans {
  const ended: EndedSpan[] = [];
  const processor: Processor = {
    onStart: () => undefined,
    onEnd: (span) => ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [processor],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    ended,
    named: (name) => {
      const found = ended.find((span) => span.name === name);
      if (found === undefined) throw new Error(`no span ${name} among ${ended.map((span) => span.name).join()}`);
      return found;
    },
    stop: () => sdk.shutdown(),
  };
}
