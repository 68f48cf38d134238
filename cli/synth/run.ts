import { accessSync, constants, existsSync, opendirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { ensureFolder } from '../../core/ensure-folder.js';
import { toolVersion } from '../../core/tool-version.js';
import { inputHashes, planFromFiles } from '../../mappings/index.js';
import { asNotStored, wantsStoring } from '../../state/recording/stored-as.js';
import type { StoredAs } from '../../state/recording/stored-as.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { staleness } from './check.js';
import { describeCurrent, describeStored, describeWarning, describeWritten } from './view.js';

export interface SynthOptions {
  readonly assessment: string;
  readonly mapping: string;
  readonly var: Readonly<Record<string, string>>;
  readonly output: string;
  readonly saveToDb: boolean;
  readonly json: boolean;
  readonly check: boolean;
}

export async function synth(
  { assessment, mapping, var: variables, output, saveToDb, json, check }: SynthOptions,
  io: CliIo,
): Promise<ExitCode> {
  const planned = await planFromFiles({ assessment, mapping, variables });
  if (!planned.ok) return failed(io, planned.error);
  printDiagnostics(io, planned.value.warnings);
  if (check) return checked(output, staleness(output, planned.value, 'error'), json, io);
  const problem = tryToPrepare(output);
  if (problem !== null) return failed(io, [problem]);
  // cdktf and its bindings are not loaded when the inputs are wrong.
  const { editedWarnings, writeTerraform } = await import('../../stacks/index.js');
  const written = await writeTerraform(planned.value.plan, resolve(output), inputHashes(planned.value));
  if (!written.ok) return failed(io, written.error);
  const { value: warnings, status, edited } = written.value;
  printDiagnostics(io, editedWarnings(output, edited));
  for (const warning of warnings) io.stderr.write(describeWarning(warning));
  let stored: StoredAs | null = null;
  let isStored = true;
  if (wantsStoring(io.env, saveToDb)) {
    const { recordSynth } = await import('../../state/recording/record-synth.js');
    const recorded = await recordSynth(io.env, planned.value, { folder: output, toolVersion: toolVersion() });
    if (recorded.ok) {
      stored = recorded.value;
      io.stderr.write(describeStored(stored));
    } else printDiagnostics(io, asNotStored(recorded.error, 'The Terraform was written', saveToDb));
    isStored = recorded.ok;
  }
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'Synth', folder: output, stacks: readdirSync(join(output, 'stacks')).sort(), warnings, stored })}\n`
      : describeWritten(output, planned.value.plan, status),
  );
  return saveToDb && !isStored ? 1 : 0;
}

function checked(output: string, problems: readonly Diagnostic[], json: boolean, io: CliIo): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify({ kind: 'SynthCheck', folder: output, problems })}\n`);
  else if (problems.length === 0) io.stdout.write(describeCurrent(output));
  else printDiagnostics(io, problems);
  return problems.length === 0 ? 0 : 1;
}

/** cdktf creates the folder but not its parents, and throws when it cannot write. */
function tryToPrepare(output: string): Diagnostic | null {
  const folder = resolve(output);
  try {
    ensureFolder(dirname(folder));
    const existing = existsSync(folder) ? folder : dirname(folder);
    opendirSync(existing).closeSync();
    accessSync(existing, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return diagnostic({
      code: 'cannot-write',
      path: output,
      message: `The Terraform cannot be written to '${output}' (${code ?? String(error)}).`,
      fix: 'Set `--output` to a folder that can be created and written to.',
    });
  }
}
