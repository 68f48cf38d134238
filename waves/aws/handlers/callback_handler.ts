import type { Context, SNSEvent } from 'aws-lambda';
import type { Outcome } from '../../state-machine/state-machine.js';
import { postAlarms } from '../post-alarms.js';
import { stepHandler } from '../step-handler.js';
import { withNotifiers } from '../with-notifiers.js';

const notify = stepHandler(
  [
    'notify-rejected',
    'notify-cut-over',
    'notify-finalized',
    'notify-rolled-back',
    'notify-rollback-failed',
    'notify-needs-attention',
  ],
  withNotifiers,
);

/** Called by the state machine, and by the topic of alarms. */
export const handler = async (event: unknown, context: Context): Promise<Outcome | undefined> => {
  if (!isOfTopic(event)) return await notify(event, context);
  await postAlarms(event, context);
  return undefined;
};

function isOfTopic(event: unknown): event is SNSEvent {
  return typeof event === 'object' && event !== null && Array.isArray((event as Partial<SNSEvent>).Records);
}
