import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** Why rclone did not do what it was asked: it says so itself, or it does not answer. */
export interface RcloneFailure {
  readonly kind: 'refused' | 'no-answer';
  readonly reason: string;
}

export interface RemoteControl {
  /** Waits for the answer, however long it takes. Rclone gives up a call whose connection is closed. */
  call(command: string, parameters: object, signal?: AbortSignal): Promise<Result<unknown, RcloneFailure>>;
  close(): void;
}

/** Rclone's remote control on a socket. Source: rclone documentation, 'Remote controlling rclone with its API'. */
export function remoteControl(
  socketPath: string,
  { user, password }: { readonly user: string; readonly password: string },
): RemoteControl {
  const agent = new Agent({ keepAlive: true });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    call: (command, parameters, signal) =>
      new Promise((settle) => {
        const noAnswer = (error: Error): void => {
          settle(fail({ kind: 'no-answer', reason: error.message }));
        };
        const body = Buffer.from(JSON.stringify(parameters));
        const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length };
        const asked = request({ socketPath, agent, method: 'POST', path: `/${command}`, headers, signal });
        asked.on('error', noAnswer);
        asked.on('response', (response) => {
          text(response).then((said) => {
            settle(answerOf(response.statusCode ?? 0, said));
          }, noAnswer);
        });
        asked.end(body);
      }),
    close: () => {
      agent.destroy();
    },
  };
}

function answerOf(status: number, said: string): Result<unknown, RcloneFailure> {
  let answer: { readonly error?: string };
  try {
    answer = JSON.parse(said) as typeof answer;
  } catch {
    return fail({ kind: 'refused', reason: `HTTP ${status}` });
  }
  return status === 200 ? ok(answer) : fail({ kind: 'refused', reason: answer.error ?? `HTTP ${status}` });
}
