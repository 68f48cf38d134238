import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../core/atomic-file.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { ensureFolder } from '../core/ensure-folder.js';
import { fail } from '../core/result.js';
import type { Result } from '../core/result.js';
import { RunLock } from '../core/run-lock.js';

/** Inside the output, so that every move stays on one file system, even where the output is a mount point. */
const stagingName = '.a2o-synth';
const lockName = '.a2o-synth.lock';
/** In the staging folder once all is written: what follows are moves, which another run can finish. */
const completeName = 'complete';

/**
 * Lets `write` fill a folder of its own, then moves what it wrote into `output`: the Terraform of an earlier synth stays
 * whole until the new one is complete. Other files there, such as Terraform's state, `.terraform` and lock files, stay, and
 * so do the folders that Terraform may be running in. One run at a time. Throws the system's errors.
 */
export async function publish<T>(output: string, write: (folder: string) => Result<T>): Promise<Result<T>> {
  ensureFolder(output);
  const lock = await RunLock.acquire(join(output, lockName), 'aws2openstack synth');
  if (!lock.ok) return fail([inUse(output, lock.error.pid)]);
  const staging = join(output, stagingName);
  try {
    // A run that was killed while it moved files is finished first.
    if (existsSync(join(staging, completeName))) moveInto(join(staging, 'new'), output, join(staging, 'old'));
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
    const written = write(join(staging, 'new'));
    if (written.ok) {
      writeFileAtomically(join(staging, completeName), '');
      moveInto(join(staging, 'new'), output, join(staging, 'old'));
    }
    rmSync(staging, { recursive: true, force: true });
    return written;
  } catch (error) {
    if (!existsSync(join(staging, completeName))) rmSync(staging, { recursive: true, force: true });
    throw error;
  } finally {
    lock.value.release();
  }
}

/** Folders that hold more than what is generated: what they hold is replaced one by one. */
const sharedDepth = 2;

/** `output`, `output/stacks` and each stack's folder stay; what lies in them is replaced. Can be repeated. */
function moveInto(from: string, to: string, old: string, depth = 0): void {
  if (!existsSync(from)) return;
  ensureFolder(to);
  for (const name of inOrder(readdirSync(from))) {
    const [source, place] = [join(from, name), join(to, name)];
    if (depth < sharedDepth && statSync(source).isDirectory()) {
      moveInto(source, place, join(old, name), depth + 1);
      continue;
    }
    // A folder cannot be renamed onto one that holds files.
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) {
      ensureFolder(old);
      rmSync(join(old, name), { recursive: true, force: true });
      renameSync(place, join(old, name));
    }
    renameSync(source, place);
  }
}

/** What refers to other files comes after them: the Terraform of a stack, and at last cdktf's list of stacks. */
function inOrder(names: readonly string[]): readonly string[] {
  const last = ['cdk.tf.json', 'manifest.json'];
  return [...names].sort((a, b) => last.indexOf(a) - last.indexOf(b));
}

function inUse(output: string, pid: number): Diagnostic {
  return diagnostic({
    code: 'synth-in-progress',
    path: output,
    message: `Process ${pid} is writing its Terraform to '${output}'.`,
    fix: 'Wait for it to end, or set `--output` to another folder.',
  });
}
