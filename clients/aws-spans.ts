import { inSpan } from '../core/span.js';

interface CommandContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

/**
 * Middleware of the AWS SDK, for the step `initialize`: each command becomes a span, with all its attempts.
 * Source: OpenTelemetry semantic conventions, 'AWS SDK'.
 */
export function spanOfCommand<Asked extends object, Answer extends object>(
  next: (asked: Asked) => Promise<Answer>,
  { clientName = '', commandName = '' }: CommandContext,
): (asked: Asked) => Promise<Answer> {
  const service = clientName.replace(/Client$/, '');
  const method = commandName.replace(/Command$/, '');
  const attributes = { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': method };
  return (asked) => inSpan(`${service}/${method}`, { kind: 'client', attributes }, () => next(asked));
}
