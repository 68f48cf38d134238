import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { Construct } from 'constructs';

/** Events of a bus that match a pattern go to one target. Source: Amazon EventBridge User Guide, 'Event patterns'. */
export interface EventRuleProps {
  readonly name: string;
  readonly description: string;
  readonly busName: string;
  readonly pattern: object;
  readonly targetArn: string;
  /** The part of the event that the target gets, as a JSONPath. @default the whole event */
  readonly inputPath?: string;
  /** With which EventBridge calls the target. @default the target's own policy allows it */
  readonly roleArn?: string;
  /** Takes events that could not be delivered for a day. */
  readonly deadLetterArn: string;
}

const retry = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export class EventRule extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EventRuleProps) {
    super(scope, id);
    const { name, description, busName, pattern, targetArn, inputPath, roleArn, deadLetterArn } = props;
    const rule = new CloudwatchEventRule(this, 'Resource', {
      name,
      description,
      eventBusName: busName,
      eventPattern: JSON.stringify(pattern),
    });
    new CloudwatchEventTarget(this, 'Target', {
      rule: rule.name,
      eventBusName: busName,
      targetId: name,
      arn: targetArn,
      retryPolicy: retry,
      deadLetterConfig: { arn: deadLetterArn },
      ...(inputPath !== undefined && { inputPath }),
      ...(roleArn !== undefined && { roleArn }),
    });
    this.arn = rule.arn;
  }
}
