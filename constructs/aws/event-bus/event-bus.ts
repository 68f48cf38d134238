import { CloudwatchEventArchive } from '@cdktf/provider-aws/lib/cloudwatch-event-archive/index.js';
import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus/index.js';
import { Construct } from 'constructs';

/** An EventBridge bus whose events are archived, to be replayed. Source: Amazon EventBridge User Guide. */
export interface EventBusProps {
  readonly name: string;
  readonly description: string;
  readonly keyArn: string;
  readonly archiveDays: number;
}

export class EventBus extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, description, keyArn, archiveDays }: EventBusProps) {
    super(scope, id);
    const bus = new CloudwatchEventBus(this, 'Resource', { name, description, kmsKeyIdentifier: keyArn });
    new CloudwatchEventArchive(this, 'Archive', {
      name: `${name}-archive`,
      eventSourceArn: bus.arn,
      kmsKeyIdentifier: keyArn,
      retentionDays: archiveDays,
    });
    this.name = bus.name;
    this.arn = bus.arn;
  }
}
