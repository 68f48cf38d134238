import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../core/atomic-file.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { ensureFolder } from '../core/ensure-folder.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { RunLock } from '../core/run-lock.js';
import { filesBelow, finishSwap, swapFiles } from '../core/swap-files.js';
import { toolVersion } from '../core/tool-version.js';
import { editedFiles, markName, markOf, readMark, renderMark, stacksIn } from '../core/synth-mark.js';
import type { SynthInputs, SynthMark } from '../core/synth-mark.js';

/** Inside the output, so that every move stays on one file system, even where the output is a mount point. */
const stagingName = '.a2o-synth';
const lockName = '.a2o-synth.lock';

export interface Published<T> {
  readonly value: T;
  /** `unchanged`: the output was already that of these inputs, byte for byte, and nothing was written. */
  readonly status: 'written' | 'unchanged';
  /** Paths in the output of generated files that somebody had changed, and that were replaced. */
  readonly edited: readonly string[];
}

/**
 * Lets `write` fill its own folder, then replaces the files in `output` in one step: a synth that is killed leaves the
 * old Terraform or the new one, never a mix. Other files there, such as Terraform's state, `.terraform` and lock files,
 * stay, and so do the folders that Terraform may be running in. One run at a time. Throws the system's errors.
 */
export async function publish<T>(
  output: string,
  inputs: SynthInputs,
  write: (folder: string) => Result<T>,
): Promise<Result<Published<T>>> {
  ensureFolder(output);
  const lock = await RunLock.acquire(join(output, lockName), 'aws2openstack synth');
  if (!lock.ok) return fail([inUse(output, lock.error.pid)]);
  const staging = join(output, stagingName);
  const clear = (): void => {
    finishSwap({ folder: output, staging });
  };
  try {
    clear();
    mkdirSync(staging);
    const written = write(join(staging, 'new'));
    const published = written.ok ? ok({ value: written.value, ...replace(output, staging, inputs) }) : written;
    if (!published.ok || published.value.status === 'unchanged') clear();
    return published;
  } catch (error) {
    clear();
    throw error;
  } finally {
    lock.value.release();
  }
}

function replace(output: string, staging: string, inputs: SynthInputs): Omit<Published<unknown>, 'value'> {
  const made = join(staging, 'new');
  const earlier = readMark(output);
  const mark = markOf(made, { earlier, inputs, toolVersion: toolVersion() });
  writeFileAtomically(join(made, markName), renderMark(mark));
  const obsolete = obsoleteFiles(output, made, earlier);
  if (obsolete.length === 0 && filesBelow(made).every((path) => isSame(join(made, path), join(output, path))))
    return { status: 'unchanged', edited: [] };
  const replaced = new Set([...filesBelow(made), ...obsolete]);
  const edited = earlier === null ? [] : editedFiles(output, earlier).filter((path) => replaced.has(path));
  swapFiles({ folder: output, staging, obsolete });
  return { status: 'written', edited };
}

/**
 * Files of an earlier synth that this one does not write. An output without a mark was written by a version that replaced
 * each folder inside of a stack's folder as a whole.
 */
function obsoleteFiles(output: string, made: string, earlier: SynthMark | null): readonly string[] {
  return stacksIn(made).flatMap((name) => {
    const stack = join('stacks', name);
    const known = earlier?.stacks[name];
    const generated = known === undefined ? filesOfSharedFolders(output, made, stack) : Object.keys(known.files);
    return generated
      .map((path) => join(stack, path))
      .filter((path) => !existsSync(join(made, path)) && existsSync(join(output, path)));
  });
}

function filesOfSharedFolders(output: string, made: string, stack: string): readonly string[] {
  return readdirSync(join(made, stack))
    .filter((name) => statSync(join(made, stack, name)).isDirectory())
    .flatMap((name) => filesBelow(join(output, stack, name)).map((path) => join(name, path)));
}

function isSame(one: string, other: string): boolean {
  const found = statSync(other, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size !== statSync(one).size) return false;
  return readFileSync(one).equals(readFileSync(other));
}

function inUse(output: string, pid: number): Diagnostic {
  return diagnostic({
    code: 'synth-in-progress',
    path: output,
    message: `Process ${pid} is writing its Terraform to '${output}'.`,
    fix: 'Wait for it to end, or set `--output` to another folder.',
  });
}
