import { open } from 'node:fs/promises';
import { diagnostic } from '../../../core/diagnostic.js';
import { fail, ok } from '../../../core/result.js';
import type { Result } from '../../../core/result.js';
import { runProgram } from '../run-program.js';

export interface PartitionTable {
  readonly kind: 'gpt' | 'msdos' | 'none';
  readonly partitions: readonly Partition[];
  /** Whether the first sector holds a program, as the BIOS starts one. */
  readonly hasBootCode: boolean;
}

export interface Partition {
  readonly number: number;
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** As parted names it, such as `ext4`; empty where it knows none. */
  readonly fileSystem: string;
  /** As parted names them, such as `esp` and `bios_grub`. */
  readonly flags: readonly string[];
}

/** Of a raw image, by parted, which needs no right for a file. Source: parted's manual, 'Options', --machine. */
export async function readPartitions(file: string): Promise<Result<PartitionTable>> {
  const run = await runProgram('parted', ['--script', '--machine', file, 'unit', 'B', 'print']);
  if (run === undefined) return fail([toolMissing('parted', 'parted')]);
  const hasBootCode = await bootCodeIn(file);
  const lines = run.stdout.split('\n').map((line) => line.replace(/;$/, '').split(':'));
  const disk = lines.find(([first, , , , , label]) => first === file && label !== undefined);
  const kind = disk?.[5];
  if (kind !== 'gpt' && kind !== 'msdos') return ok({ kind: 'none', partitions: partitionsIn(lines), hasBootCode });
  return ok({ kind, partitions: partitionsIn(lines), hasBootCode });
}

function partitionsIn(lines: readonly (readonly string[])[]): readonly Partition[] {
  // Of an MBR, whose partitions have no names, parted writes an empty one.
  return lines.flatMap(([number = '', start = '', , size = '', fileSystem = '', , named = '']) => {
    if (!/^\d+$/.test(number) || !/^\d+B$/.test(start)) return [];
    const flags = named.split(',').map((flag) => flag.trim());
    return [
      {
        number: Number(number),
        startBytes: parseInt(start),
        sizeBytes: parseInt(size),
        fileSystem,
        flags: flags.filter((flag) => flag !== ''),
      },
    ];
  });
}

/** Bytes of an MBR that are the program. Source: UEFI specification, 'Legacy master boot record'. */
const bootCodeBytes = 440;

async function bootCodeIn(file: string): Promise<boolean> {
  const image = await open(file, 'r');
  try {
    const sector = Buffer.alloc(bootCodeBytes);
    await image.read(sector, 0, bootCodeBytes, 0);
    return sector.some((byte) => byte !== 0);
  } finally {
    await image.close();
  }
}

export function toolMissing(program: string, debianPackage: string): ReturnType<typeof diagnostic> {
  return diagnostic({
    code: 'pre-flight-tool',
    message: `The program '${program}', which reads disks, is missing.`,
    fix: `Install it: apt-get install ${debianPackage}.`,
  });
}
