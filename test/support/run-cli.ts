import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ExitCode } from '../../cli/io.js';
import { runCli } from '../../cli/program.js';

import { jsonProblem } from './json-outputs.js';

export interface CliRun {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one command line in this process, as a user without a terminal would see it. Throws where its JSON is not what
 * docs/json-output.md says.
 */
export async function cli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  const stdout = new Sink();
  const stderr = new Sink();
  // Without its own place, a test would find the store of whoever runs it.
  const code = await runCli(args, { stdout, stderr, env: { XDG_STATE_HOME: join(tmpdir(), 'a2o-no-store'), ...env } });
  const problem = jsonProblem(args, stdout.text);
  if (problem !== undefined) throw new Error(`aws2openstack ${args.join(' ')}: ${problem}\n${stdout.text}`);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
