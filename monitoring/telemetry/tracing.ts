import { diag, DiagLogLevel } from '@opentelemetry/api';
import {
  defaultResource,
  hostDetector,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { toolVersion } from '../../core/tool-version.js';

/** Sends what was not sent yet. */
export type StopTracing = () => Promise<void>;

/**
 * Starts the OpenTelemetry SDK, which sends spans where `OTEL_*` says. Source: OpenTelemetry specification, 'Environment
 * variable specification'. `onProblem` gets the first reason why spans are not delivered: each batch would have the same.
 */
export function startTracing(onProblem: (message: string) => void): StopTracing {
  let isReported = false;
  const report = (message: string): void => {
    if (isReported) return;
    isReported = true;
    onProblem(message);
  };
  const nothing = (): void => undefined;
  diag.setLogger(
    { error: report, warn: report, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'aws2openstack', 'service.version': toolVersion() }),
    ),
    // Not that of the process: its arguments may hold what nobody else may see.
    resourceDetectors: [serviceInstanceIdDetector, hostDetector, resourceAttributesEnvDetector, serviceNameEnvDetector],
    // Spans alone; metrics are for Prometheus to fetch, and logs go to standard error.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return () =>
    sdk.shutdown().catch((error: unknown) => {
      report(error instanceof Error ? error.message : String(error));
    });
}
