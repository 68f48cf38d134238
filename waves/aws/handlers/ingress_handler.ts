import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readEnvironment } from '../environment.js';
import { EventBus } from '../event-bus.js';
import { loggerOf } from '../logger.js';
import { waveStore } from '../step-handler.js';
import { takeMessage } from '../take-message.js';
import type { MessagePorts } from '../take-message.js';

const processor = new BatchProcessor(EventType.SQS);
let made: Pick<MessagePorts, 'store' | 'bus'> | undefined;

/** Messages that fail stay in the queue; those that fail each time end in the dead-letter queue. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const log = loggerOf(context);
  const ports = { ...(made ??= make()), now: () => new Date(), log };
  const take = async ({ body, messageId }: SQSRecord): Promise<void> => {
    try {
      await takeMessage(body, ports);
    } catch (error) {
      const { name, message } = error as Error;
      log('error', 'A message was not taken.', { message_id: messageId, error: name, reason: message });
      throw error;
    }
  };
  return await processPartialResponse(event, take, processor, { context, throwOnFullBatchFailure: false });
};

function make(): Pick<MessagePorts, 'store' | 'bus'> {
  const environment = readEnvironment(process.env);
  return { store: waveStore(environment), bus: new EventBus(new EventBridgeClient({}), environment.bus ?? '') };
}
