import { rename, rm } from 'node:fs/promises';
import { PrerequisiteError, SourcePreparationError } from '../machines/errors.js';
import { runProgram } from './run-program.js';
import type { ProgramRun } from './run-program.js';

/** Formats of images that Glance takes and `qemu-img` writes. */
export type ImageFormat = 'raw' | 'qcow2';

export interface ImageInfo {
  /** As `qemu-img` names it, such as `vmdk` or `vpc`. */
  readonly format: string;
  readonly virtualBytes: number;
  /** Of a file that needs another one to be read. */
  readonly backingFile?: string;
}

/** `qemu-img` of the package qemu-utils. Source: QEMU documentation, 'QEMU disk image utility'. */
export interface QemuImg {
  /** Throws `PrerequisiteError` when it is not installed. */
  version(): Promise<string>;
  info(file: string, signal?: AbortSignal): Promise<ImageInfo>;
  /** Writes the target in one step: it is whole or absent. */
  convert(source: ImageFile, target: ImageFile, signal?: AbortSignal): Promise<void>;
  /** Whether both have the same content; where one is longer, the rest must be zeros. */
  isEqual(one: ImageFile, other: ImageFile, signal?: AbortSignal): Promise<boolean>;
}

export interface ImageFile {
  readonly file: string;
  readonly format: string;
}

export function qemuImg(program = 'qemu-img'): QemuImg {
  const run = async (args: readonly string[], signal?: AbortSignal): Promise<ProgramRun> => {
    const result = await runProgram(program, args, { signal });
    if (result === undefined) throw new PrerequisiteError(missing(program));
    return result;
  };
  const succeed = async (args: readonly string[], signal?: AbortSignal): Promise<ProgramRun> => {
    const result = await run(args, signal);
    if (result.code === 0) return result;
    throw new SourcePreparationError(`qemu-img ${args[0] ?? ''} failed: ${reasonOf(result)}`);
  };
  return {
    version: async () => (await succeed(['--version'])).stdout.split('\n')[0] ?? '',
    info: async (file, signal) => infoIn((await succeed(['info', '--output=json', file], signal)).stdout),
    convert: async (source, target, signal) => {
      const part = `${target.file}.part`;
      try {
        await succeed(['convert', '-f', source.format, '-O', target.format, source.file, part], signal);
        await rename(part, target.file);
      } finally {
        await rm(part, { force: true });
      }
    },
    isEqual: async (one, other, signal) => {
      const args = ['compare', '-f', one.format, '-F', other.format, one.file, other.file];
      const result = await run(args, signal);
      if (result.code === 0 || result.code === 1) return result.code === 0;
      throw new SourcePreparationError(`qemu-img compare failed: ${reasonOf(result)}`);
    },
  };
}

function reasonOf({ code, stderr }: ProgramRun): string {
  return stderr || (code === null ? 'a signal ended it' : `exit code ${code}`);
}

function infoIn(text: string): ImageInfo {
  const { format, 'virtual-size': size, 'backing-filename': backing } = JSON.parse(text) as Record<string, unknown>;
  if (typeof format !== 'string' || typeof size !== 'number')
    throw new SourcePreparationError('qemu-img info did not tell the format and the size of a file.');
  return { format, virtualBytes: size, ...(typeof backing === 'string' && { backingFile: backing }) };
}

function missing(program: string): string {
  return `The program '${program}' is missing, which converts disks. Install it: apt-get install qemu-utils (Debian, Ubuntu), or dnf install qemu-img.`;
}
