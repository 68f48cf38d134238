import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { TransientError } from '../machines/errors.js';
import { sent } from './sent.js';

/** `source` of every event, which the rules of the stack match. */
const source = 'aws2openstack.waves';

/** Puts events on the EventBridge bus of the waves. */
export class EventBus {
  constructor(
    private readonly client: EventBridgeClient,
    private readonly name: string,
  ) {}

  /** Throws a TransientError unless the bus has taken it. It may be delivered more than once. */
  async announce(type: string, detail: object, at: Date): Promise<void> {
    const entry = {
      EventBusName: this.name,
      Source: source,
      DetailType: type,
      Detail: JSON.stringify(detail),
      Time: at,
    };
    const { FailedEntryCount = 0, Entries = [] } = await sent(
      'Putting an event on the bus',
      this.client.send(new PutEventsCommand({ Entries: [entry] })),
    );
    // The call succeeds although the bus refuses an event.
    if (FailedEntryCount > 0)
      throw new TransientError(`The bus refused an event: ${Entries[0]?.ErrorMessage ?? 'no reason given'}`);
  }
}
