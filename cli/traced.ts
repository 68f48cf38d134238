import { inSpan, markFailed } from '../core/span.js';
import { startTracing } from '../monitoring/telemetry/tracing.js';
import type { CliIo, ExitCode } from './io.js';

/**
 * Runs a command as one span. Its parent is that of `TRACEPARENT`, which whoever started the command may set.
 * Source: OpenTelemetry specification, 'Environment variables as context propagation carriers'.
 */
export async function traceCommand(
  { env, stderr }: Pick<CliIo, 'env' | 'stderr'>,
  run: (onCommand: (name: string) => void) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stop = startTracing((problem) => stderr.write(`Traces are not delivered: ${problem}\n`));
  try {
    return await inSpan('aws2openstack', { parent: env['TRACEPARENT'] }, async (span) => {
      const code = await run((name) => span.updateName(`aws2openstack ${name}`));
      span.setAttribute('process.exit.code', code);
      if (code !== 0) markFailed(span, `exit code ${code}`);
      return code;
    });
  } finally {
    await stop();
  }
}
