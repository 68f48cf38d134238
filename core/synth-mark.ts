import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256 } from './canonical-json.js';
import { filesBelow } from './swap-files.js';

/** In the output folder: what each of its stacks was generated from, and which files were generated. */
export const markName = 'aws2openstack-synth.json';

/** SHA-256 of each input by its name, such as `assessment` and `mapping`. */
export type SynthInputs = Readonly<Record<string, string>>;

export interface StackMark {
  readonly toolVersion: string;
  readonly inputs: SynthInputs;
  /** Over the inputs and the version. */
  readonly inputsSha256: string;
  /** SHA-256 of each generated file by its path in the stack's folder. */
  readonly files: Readonly<Record<string, string>>;
}

export interface SynthMark {
  readonly kind: 'Synth';
  readonly schemaVersion: '1.0';
  /** By the stack's name. */
  readonly stacks: Readonly<Record<string, StackMark>>;
}

/** `null` where an output has none, as those of version 0.1.0 before it was introduced, or one that cannot be read. */
export function readMark(output: string): SynthMark | null {
  try {
    const mark = JSON.parse(readFileSync(join(output, markName), 'utf8')) as Partial<SynthMark>;
    const isOurs = mark.kind === 'Synth' && mark.schemaVersion === '1.0' && typeof mark.stacks === 'object';
    return isOurs ? (mark as SynthMark) : null;
  } catch {
    return null;
  }
}

/** The mark of what lies in `folder`; stacks that only `earlier` has are kept, because their files are. */
export function markOf(
  folder: string,
  { earlier, inputs, toolVersion }: { earlier: SynthMark | null; inputs: SynthInputs; toolVersion: string },
): SynthMark {
  const made = stacksIn(folder).map((name): [string, StackMark] => {
    const stack = join(folder, 'stacks', name);
    const files = filesBelow(stack).map((path) => [path, fileSha256(join(stack, path))]);
    const inputsSha256 = hashOf(inputs, toolVersion);
    return [name, { toolVersion, inputs, inputsSha256, files: Object.fromEntries(files) as Record<string, string> }];
  });
  return { kind: 'Synth', schemaVersion: '1.0', stacks: { ...earlier?.stacks, ...Object.fromEntries(made) } };
}

export function renderMark(mark: SynthMark): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(mark)), null, 1)}\n`;
}

/** Names of the inputs, and `version`, by which an output is not that of these inputs; empty where it is. */
export function changedInputs(
  mark: SynthMark,
  { inputs, toolVersion }: { readonly inputs: SynthInputs; readonly toolVersion: string },
): readonly string[] {
  const stacks = Object.values(mark.stacks);
  const names = [...new Set([...Object.keys(inputs), ...stacks.flatMap((stack) => Object.keys(stack.inputs))])].sort();
  return [
    ...names.filter((name) => stacks.some((stack) => stack.inputs[name] !== inputs[name])),
    ...(stacks.some((stack) => stack.toolVersion !== toolVersion) ? ['version'] : []),
  ];
}

/** Paths in the output of generated files that were changed or removed since. */
export function editedFiles(output: string, mark: SynthMark): readonly string[] {
  return Object.entries(mark.stacks).flatMap(([name, { files }]) =>
    Object.entries(files)
      .map(([path, expected]) => ({ path: join('stacks', name, path), expected }))
      .filter(({ path, expected }) => !existsSync(join(output, path)) || fileSha256(join(output, path)) !== expected)
      .map(({ path }) => path),
  );
}

/** Names of the stacks whose Terraform lies in an output folder. */
export function stacksIn(output: string): readonly string[] {
  const folder = join(output, 'stacks');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function hashOf(inputs: SynthInputs, toolVersion: string): string {
  return sha256(canonicalJson({ inputs, toolVersion }));
}

function fileSha256(path: string): string {
  return sha256(readFileSync(path));
}
