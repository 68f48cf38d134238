import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js';
import { Construct } from 'constructs';
import { refuseWithoutTls, renderPolicy } from '../policy/index.js';
import type { PolicyStatement } from '../policy/index.js';

/** A standard SQS queue and its dead-letter queue. Source: Amazon SQS Developer Guide, 'Dead-letter queues'. */
export interface MessageQueueProps {
  readonly name: string;
  readonly keyArn: string;
  /** How long a message is hidden from other consumers. At least six times the time limit of a function that reads it. */
  readonly visibilityTimeoutSeconds: number;
  /** @default 5 */
  readonly maxReceiveCount?: number;
  /** Statements for the dead-letter queue, which gets messages from other services, too. Given its ARN. */
  readonly deadLetterSenders?: (arn: string) => readonly PolicyStatement[];
}

const retentionSeconds = { queue: 4 * 86_400, deadLetters: 14 * 86_400 };

export class MessageQueue extends Construct {
  readonly queue: SqsQueue;
  readonly deadLetters: SqsQueue;

  constructor(scope: Construct, id: string, props: MessageQueueProps) {
    super(scope, id);
    const { name, keyArn, visibilityTimeoutSeconds, maxReceiveCount = 5, deadLetterSenders = () => [] } = props;
    this.deadLetters = new SqsQueue(this, 'DeadLetters', {
      name: `${name}-dead-letters`,
      kmsMasterKeyId: keyArn,
      messageRetentionSeconds: retentionSeconds.deadLetters,
    });
    this.queue = new SqsQueue(this, 'Resource', {
      name,
      kmsMasterKeyId: keyArn,
      messageRetentionSeconds: retentionSeconds.queue,
      visibilityTimeoutSeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetters.arn, maxReceiveCount }),
    });
    new SqsQueueRedriveAllowPolicy(this, 'RedriveAllow', {
      queueUrl: this.deadLetters.id,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [this.queue.arn] }),
    });
    new SqsQueuePolicy(this, 'Policy', {
      queueUrl: this.queue.id,
      policy: renderPolicy([refuseWithoutTls('sqs', [this.queue.arn])]),
    });
    const { arn } = this.deadLetters;
    new SqsQueuePolicy(this, 'DeadLettersPolicy', {
      queueUrl: this.deadLetters.id,
      policy: renderPolicy([refuseWithoutTls('sqs', [arn]), ...deadLetterSenders(arn)]),
    });
  }
}
