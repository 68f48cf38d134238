import { correlation } from '../core/correlation.js';
import { jsonWithoutCredentials } from '../core/credentials.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { activeTrace } from '../core/span.js';
import { failed } from './io.js';
import type { CliIo, ExitCode } from './io.js';
import type { LogFormat } from './log-option.js';

export interface LogLine {
  readonly level: 'error' | 'warn' | 'info';
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The messages of a long-running command on standard error. */
export interface Log {
  line(line: LogLine): void;
  /** Returns the exit code of a failure. */
  failed(problems: readonly Diagnostic[]): ExitCode;
}

/**
 * In JSON, each line is an object with `time` (ISO 8601, UTC), `level` and `message`; within a job also `run` and `job`, and
 * where traces are sent `trace_id` and `span_id`. Credentials are masked.
 */
export function logTo(io: CliIo, format: LogFormat): Log {
  if (format === 'text')
    return {
      line: ({ message }) => io.stderr.write(`${message}\n`),
      failed: (problems) => failed(io, problems),
    };
  const line = ({ level, message, ...fields }: LogLine): void => {
    const time = new Date().toISOString();
    io.stderr.write(
      `${jsonWithoutCredentials({ time, level, message, ...correlation(), ...activeTrace(), ...fields })}\n`,
    );
  };
  return {
    line,
    failed: (problems) => {
      for (const { severity, message, code, path, fix } of problems)
        line({ level: severity === 'error' ? 'error' : 'info', message, code, path, fix });
      return 1;
    },
  };
}
