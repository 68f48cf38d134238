import { connectionFailure } from '../../../clients/connection-failure.js';
import { sendRequest } from '../../../clients/send-request.js';
import { PrerequisiteError, TransientError } from '../../machines/errors.js';

interface AlarmMessage {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  readonly NewStateValue?: string;
  readonly NewStateReason?: string;
}

const runbook = 'docs/waves/runbook.md';

/**
 * Posts a message of the alarm topic to an incoming webhook. Throws a TransientError, or a PrerequisiteError where Slack
 * refuses the webhook. Source: Slack API documentation, 'Sending messages using incoming webhooks'.
 */
export async function postToSlack(webhook: string, message: string, signal?: AbortSignal): Promise<void> {
  const url = webhookOf(webhook);
  const body = JSON.stringify({ text: slackText(message) });
  try {
    const headers = { 'Content-Type': 'application/json' };
    const { status } = await sendRequest(url, { method: 'POST', headers, body, signal });
    if (status < 300) return;
    if (status === 429 || status >= 500) throw new TransientError(`Slack answered with ${status}.`);
    throw new PrerequisiteError(`Slack refused the webhook (${status}). Put a new URL into the secret (${runbook}).`);
  } catch (error) {
    const failure = connectionFailure(error);
    if (failure === undefined) throw error;
    throw new TransientError(`Slack did not answer: ${failure.reason}`);
  }
}

/** The URL is a secret: no message names it. */
function webhookOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || url.hostname === '127.0.0.1')) return url;
  throw new PrerequisiteError(`The secret of the Slack webhook is not an https URL. Put one into it (${runbook}).`);
}

/** One line for a person. Source: Slack API documentation, 'Formatting text', for what is escaped. */
export function slackText(message: string): string {
  const { AlarmName, NewStateValue, AlarmDescription, NewStateReason } = alarmOf(message);
  const text =
    AlarmName === undefined
      ? message
      : `${NewStateValue ?? ''}: ${AlarmName}. ${AlarmDescription ?? ''} ${NewStateReason ?? ''} See ${runbook}.`;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function alarmOf(message: string): AlarmMessage {
  try {
    const value = JSON.parse(message) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
