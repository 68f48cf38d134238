import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Memory } from '../machines/machine-record.js';

const logger = new Logger();

/** JSON lines on standard output, each with the request and the correlation id. */
export function loggerOf(context: Context, correlationId?: string, migrationId?: string) {
  logger.resetKeys();
  logger.addContext(context);
  logger.appendKeys({
    ...(correlationId !== undefined && { correlation_id: correlationId }),
    ...(migrationId !== undefined && { migration_id: migrationId }),
  });
  return (level: 'info' | 'warn' | 'error', message: string, fields: Memory): void => {
    logger[level](message, { ...fields });
  };
}
