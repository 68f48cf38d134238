import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import { editedFiles, markName, readMark } from '../../../../core/synth-mark.js';
import { terraformSha256 } from '../../../../state/recording/record-synth.js';

export interface TerraformStack {
  readonly name: string;
  /** Of its `cdk.tf.json`. */
  readonly bytes: number;
  /** The most frequent type first. */
  readonly resources: readonly { readonly type: string; readonly count: number }[];
}

export interface Terraform {
  /** As the store records it of a synth. */
  readonly sha256: string;
  readonly stacks: readonly TerraformStack[];
  /** Paths of generated files that were changed or removed since the synth. */
  readonly edited: readonly string[];
}

const stackFile = 'cdk.tf.json';

/** The output of a synth in a folder, which may be written again at any time. */
export class TerraformFolder {
  #known: { readonly stamp: string; readonly terraform: Terraform } | undefined;

  constructor(private readonly folder: string | undefined) {}

  read(): Result<Terraform> {
    const stacks = this.#stacks();
    if (stacks.length === 0) return fail([noTerraform(this.folder)]);
    // A lake of many tables has large files, which are hashed once.
    const stamp = this.#stamp();
    if (this.#known?.stamp === stamp) return ok(this.#known.terraform);
    const sha256 = terraformSha256(this.folder ?? '');
    if (!sha256.ok) return fail([unreadable('stacks')]);
    const read = stacks.map((name) => this.#stackOf(name));
    const problems = read.flatMap((stack) => (stack.ok ? [] : stack.error));
    if (problems.length > 0) return fail(problems);
    const mark = readMark(this.folder ?? '');
    const terraform = {
      sha256: sha256.value,
      stacks: read.flatMap((stack) => (stack.ok ? [stack.value] : [])),
      edited: mark === null ? [] : editedFiles(this.folder ?? '', mark),
    };
    this.#known = { stamp, terraform };
    return ok(terraform);
  }

  /** The Terraform of a stack, as JSON; `undefined` where there is no such stack. */
  textOf(name: string): Result<string> | undefined {
    return this.#stacks().includes(name) ? this.#read(name) : undefined;
  }

  #stackOf(name: string): Result<TerraformStack> {
    const text = this.#read(name);
    if (!text.ok) return text;
    const resources = resourcesIn(text.value);
    return resources === undefined
      ? fail([malformed(shownFile(name))])
      : ok({ name, bytes: Buffer.byteLength(text.value), resources });
  }

  #read(name: string): Result<string> {
    try {
      return ok(readFileSync(this.#fileOf(name), 'utf8'));
    } catch {
      return fail([unreadable(shownFile(name))]);
    }
  }

  #stacks(): readonly string[] {
    const folder = join(this.folder ?? '', 'stacks');
    if (this.folder === undefined || !existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => existsSync(this.#fileOf(name)))
      .sort();
  }

  #fileOf(name: string): string {
    return join(this.folder ?? '', 'stacks', name, stackFile);
  }

  #stamp(): string {
    const folder = join(this.folder ?? '', 'stacks');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    return [join('..', markName), ...files]
      .map((file) => {
        // What terraform init links to may be gone.
        const found = statSync(join(folder, file), { throwIfNoEntry: false });
        return `${file} ${found?.size ?? ''} ${found?.mtimeMs ?? ''}`;
      })
      .join('\n');
  }
}

/** The most frequent type first; `undefined` where the text is not Terraform in JSON. */
function resourcesIn(text: string): TerraformStack['resources'] | undefined {
  const parsed = parseObject(text);
  const resource = parsed?.['resource'] ?? {};
  if (parsed === undefined || !isObject(resource) || !Object.values(resource).every(isObject)) return undefined;
  const resources = Object.entries(resource).map(([type, all]) => ({ type, count: Object.keys(all ?? {}).length }));
  return resources.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whoever looks at the dashboard need not know the folders of its machine. */
function shownFile(stack: string): string {
  return `stacks/${stack}/${stackFile}`;
}

function unreadable(path: string): Diagnostic {
  return diagnostic({
    code: 'terraform-unreadable',
    path,
    message: `${path} in the Terraform folder cannot be read.`,
    fix: 'Let the user who runs `aws2openstack dashboard` read the folder, or run `aws2openstack synth` again.',
  });
}

function malformed(path: string): Diagnostic {
  return diagnostic({
    code: 'terraform-malformed',
    path,
    message: `${path} in the Terraform folder is not Terraform JSON, or was cut off.`,
    fix: 'Run `aws2openstack synth` again.',
  });
}

function noTerraform(folder: string | undefined) {
  return diagnostic({
    code: 'no-terraform-shown',
    message:
      folder === undefined
        ? 'The dashboard was started without a Terraform folder.'
        : 'The Terraform folder has no stack.',
    fix: 'Run `aws2openstack synth --output cdktf.out`, and start `aws2openstack dashboard --terraform cdktf.out`.',
  });
}
