import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SNSEvent } from 'aws-lambda';
import { PrerequisiteError, ValidationError } from '../machines/errors.js';
import { readEnvironment } from './environment.js';
import { loggerOf } from './logger.js';
import { postToSlack } from './notifiers/slack.js';
import { Secrets } from './secrets.js';

let secrets: Secrets | undefined;

/** Posts what the topic of alarms carries to Slack. SNS calls again when it throws. */
export async function postAlarms({ Records }: SNSEvent, context: Context): Promise<void> {
  const log = loggerOf(context);
  const { slackWebhook } = readEnvironment(process.env);
  if (slackWebhook === undefined)
    throw new PrerequisiteError("Slack is not set up: set 'slack: true' in the settings of the waves.");
  secrets ??= new Secrets(new SecretsManagerClient({}), () => new Date());
  const webhook = await secrets.read(slackWebhook);
  for (const record of Records as readonly Partial<SNSEvent['Records'][number]>[]) {
    const message = record.Sns?.Message;
    if (typeof message !== 'string') throw new ValidationError("'Records[].Sns.Message' must be a text.");
    await postToSlack(webhook, message);
    log('info', 'An alarm was posted to Slack.', { subject: record.Sns?.Subject ?? '' });
  }
}
