import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { namesAuthorities } from '../../core/trust/index.js';
import { rcloneMissing } from './program.js';
import { remoteControl } from './remote-control.js';
import type { RcloneFailure, RemoteControl } from './remote-control.js';
import type { RcloneRemote } from './remote.js';

export interface RcloneOptions {
  /** @default `rclone`, on the path */
  readonly program?: string;
  /** PEM of authorities that it trusts besides those that Node trusts, whichever store shows their certificates. */
  readonly authorities?: readonly string[];
}

export interface RemoteObject {
  readonly remote: RcloneRemote;
  readonly bucket: string;
  readonly key: string;
}

/** A process of rclone that waits for orders. */
export interface Rclone {
  readonly pid: number;
  /** Copies an object, whatever the target has. A failure names no secret. */
  copyFile(from: RemoteObject, to: RemoteObject, signal: AbortSignal): Promise<Result<void, RcloneFailure>>;
  /** Of all copies together; `null` for no limit. */
  limit(bytesPerSecond: number | null): Promise<Result<void, RcloneFailure>>;
  stop(): Promise<void>;
}

const startMs = 30_000;
/** Rclone that has started answers at once. */
const answerMs = 5000;
const pollMs = 20;
const endMs = 3000;
/** Rclone ends a call that takes longer. */
const longestCall = '720h';

/**
 * Starts `rclone rcd` on a socket in its own folder. Whoever kills this process ends rclone, too. Neither its command
 * line nor a file holds a secret; its environment holds the password of the socket.
 */
export async function startRclone({ program = 'rclone', authorities = [] }: RcloneOptions): Promise<Result<Rclone>> {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-rclone-'));
  const socket = join(folder, 'rc.sock');
  const [user = '', password = ''] = [randomBytes(16), randomBytes(32)].map((bytes) => bytes.toString('hex'));
  const env: Record<string, string> = {
    HOME: folder,
    RCLONE_RC_ADDR: `unix://${socket}`,
    RCLONE_RC_USER: user,
    RCLONE_RC_PASS: password,
    RCLONE_RC_SERVER_READ_TIMEOUT: longestCall,
    RCLONE_RC_SERVER_WRITE_TIMEOUT: longestCall,
    // Otherwise an object of the same size and time counts as the same.
    RCLONE_IGNORE_TIMES: 'true',
    RCLONE_LOW_LEVEL_RETRIES: '5',
  };
  if (authorities.length > 0 || namesAuthorities(process.env)) {
    env['RCLONE_CA_CERT'] = join(folder, 'authorities.pem');
    writeFileSync(env['RCLONE_CA_CERT'], [...getCACertificates('default'), ...authorities].join('\n'));
  }
  const child = spawn(program, ['rcd', '--config', ''], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let ending: string | undefined;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
  const guard = child.pid === undefined ? undefined : guarded(child.pid, folder);
  const over = new Promise<void>((ended) => {
    const end = (how: string): void => {
      ending = how;
      guard?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      ended();
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code ?? error.message);
    });
    child.once('exit', (code, signal) => {
      end(signal ?? `exit code ${code ?? ''}`);
    });
  });
  const control = remoteControl(socket, { user, password });
  const stop = async (): Promise<void> => {
    control.close();
    child.kill('SIGTERM');
    const lastResort = setTimeout(() => child.kill('SIGKILL'), endMs);
    await over;
    clearTimeout(lastResort);
  };

  const lastAt = performance.now() + startMs;
  while (ending === undefined && performance.now() < lastAt) {
    const answered = await control.call('core/version', {}, AbortSignal.timeout(answerMs));
    if (answered.ok) return ok({ pid: child.pid ?? 0, ...commands(control), stop });
    await delay(pollMs);
  }
  if (child.pid === undefined) return fail([rcloneMissing(program, ending)]);
  await stop();
  return fail([
    diagnostic({
      code: 'rclone-failed',
      path: program,
      message: `rclone did not start (${ending ?? 'no answer'})${said === '' ? '.' : `: ${said.trim()}`}`,
      fix: `Run it by hand to see why: ${program} rcd --rc-no-auth.`,
    }),
  ]);
}

/** Ends rclone when this process is gone, however it ended. */
function guarded(pid: number, folder: string): ChildProcess {
  const script = 'read -r _; kill -9 "$1" 2>/dev/null; rm -rf -- "$2"';
  return spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

function commands(control: RemoteControl): Pick<Rclone, 'copyFile' | 'limit'> {
  return {
    copyFile: async (from, to, signal) => {
      const parameters = { srcFs: fsOf(from), srcRemote: from.key, dstFs: fsOf(to), dstRemote: to.key };
      const copied = await control.call('operations/copyfile', parameters, signal);
      if (copied.ok) return ok(undefined);
      const secrets = [...from.remote.secrets, ...to.remote.secrets];
      const reason = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), copied.error.reason);
      return fail({ ...copied.error, reason: reason.replace(/(, )?\b(RequestID|HostID): [^,]*/g, '') });
    },
    limit: async (bytesPerSecond) => {
      const rate = bytesPerSecond === null ? 'off' : `${Math.ceil(bytesPerSecond)}B`;
      const limited = await control.call('core/bwlimit', { rate });
      return limited.ok ? ok(undefined) : limited;
    },
  };
}

function fsOf({ remote, bucket }: RemoteObject): string {
  return `${remote.connection}:${bucket}`;
}
