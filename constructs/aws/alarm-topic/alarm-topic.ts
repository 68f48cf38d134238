import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { Construct } from 'constructs';
import { constructId } from '../../common/index.js';
import { renderPolicy } from '../policy/index.js';

/**
 * An SNS topic that CloudWatch's alarms of this account and events of some rules go to, and who gets them. Source: Amazon SNS
 * Developer Guide.
 */
export interface AlarmTopicProps {
  readonly name: string;
  readonly keyArn: string;
  readonly accountId: string;
  /** ARN of the rules of EventBridge that may publish; may have a `*`. */
  readonly ruleArn: string;
  /** Each gets a mail with a link to confirm. */
  readonly emails: readonly string[];
  /** A Lambda function that gets the alarms, too, such as to post them to a chat. */
  readonly subscriber?: { readonly name: string; readonly arn: string };
}

export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, keyArn, accountId, ruleArn, emails, subscriber }: AlarmTopicProps) {
    super(scope, id);
    const { arn } = new SnsTopic(this, 'Resource', { name, kmsMasterKeyId: keyArn });
    new SnsTopicPolicy(this, 'Policy', {
      arn,
      policy: renderPolicy([
        {
          sid: 'AlarmsOfThisAccount',
          principals: { Service: ['cloudwatch.amazonaws.com'] },
          actions: ['sns:Publish'],
          resources: [arn],
          conditions: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
        {
          sid: 'EventsOfRules',
          principals: { Service: ['events.amazonaws.com'] },
          actions: ['sns:Publish'],
          resources: [arn],
          conditions: { ArnLike: { 'aws:SourceArn': ruleArn } },
        },
      ]),
    });
    for (const email of emails)
      new SnsTopicSubscription(this, constructId(email), { topicArn: arn, protocol: 'email', endpoint: email });
    if (subscriber !== undefined) {
      new LambdaPermission(this, 'Invoke', {
        action: 'lambda:InvokeFunction',
        functionName: subscriber.name,
        principal: 'sns.amazonaws.com',
        sourceArn: arn,
      });
      new SnsTopicSubscription(this, 'Function', { topicArn: arn, protocol: 'lambda', endpoint: subscriber.arn });
    }
    this.arn = arn;
  }
}
