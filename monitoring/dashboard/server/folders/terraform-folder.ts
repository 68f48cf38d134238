import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
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
}

const stackFile = 'cdk.tf.json';

/** What a synth wrote to a folder, which may be written again at any time. */
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
    if (!sha256.ok) return sha256;
    const terraform = { sha256: sha256.value, stacks: stacks.map((name) => stackOf(name, this.#fileOf(name))) };
    this.#known = { stamp, terraform };
    return ok(terraform);
  }

  /** The Terraform of a stack, as JSON; `undefined` where there is no such stack. */
  textOf(name: string): string | undefined {
    return this.#stacks().includes(name) ? readFileSync(this.#fileOf(name), 'utf8') : undefined;
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
    return files
      .map((file) => {
        const { size, mtimeMs } = statSync(join(folder, file));
        return `${file} ${size} ${mtimeMs}`;
      })
      .join('\n');
  }
}

function stackOf(name: string, file: string): TerraformStack {
  const text = readFileSync(file, 'utf8');
  const { resource = {} } = JSON.parse(text) as { readonly resource?: Readonly<Record<string, object>> };
  const resources = Object.entries(resource).map(([type, all]) => ({ type, count: Object.keys(all).length }));
  return {
    name,
    bytes: Buffer.byteLength(text),
    resources: resources.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1)),
  };
}

function noTerraform(folder: string | undefined) {
  return diagnostic({
    code: 'no-terraform-shown',
    message:
      folder === undefined
        ? 'The dashboard was not told where the Terraform is.'
        : 'The folder of the Terraform has no stack.',
    fix: 'Run `aws2openstack synth --output cdktf.out`, and start `aws2openstack dashboard --terraform cdktf.out`.',
  });
}
