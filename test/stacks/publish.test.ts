import { expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ok } from '../../core/result.js';
import { publish } from '../../stacks/publish.js';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-publish-'));
  write(folder, files);
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

const old = {
  'manifest.json': 'old',
  'stacks/lake/cdk.tf.json': 'old',
  'stacks/lake/registration/gone.json': 'old',
};
const now = { 'manifest.json': 'new', 'stacks/lake/cdk.tf.json': 'new', 'stacks/lake/registration/b.json': 'new' };
const theirs = {
  'stacks/lake/terraform.tfstate': 'state',
  'stacks/lake/.terraform.lock.hcl': 'lock',
  'stacks/lake/.terraform/providers/x': 'provider',
  'terraform.lake.tfstate': 'state',
};

test('the new Terraform replaces the old; what people and Terraform keep there stays', async () => {
  const output = folderWith({ ...old, ...theirs });
  const done = await publish(output, (folder) => {
    write(folder, now);
    // Nothing is visible before all is written.
    expect(readFileSync(join(output, 'manifest.json'), 'utf8')).toBe('old');
    return ok('done');
  });
  expect(done).toEqual({ ok: true, value: 'done' });
  expect(filesIn(output)).toEqual({ ...now, ...theirs });
});

test('a synth that fails in the middle leaves the old Terraform whole', async () => {
  const output = folderWith(old);
  const failing = publish(output, (folder) => {
    write(folder, { 'stacks/lake/cdk.tf.json': 'half' });
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(filesIn(output)).toEqual(old);
});

test('what a killed synth left behind is removed, or finished when it was complete', async () => {
  const rest = { '.a2o-synth/new/stacks/lake/cdk.tf.json': 'killed', '.a2o-synth/new/stacks/lake/extra': 'killed' };
  const incomplete = folderWith({ ...old, ...rest });
  const complete = folderWith({ ...old, ...rest, '.a2o-synth/complete': '' });
  for (const output of [incomplete, complete]) await publish(output, () => ({ ok: false, error: [] }));
  expect(filesIn(incomplete)).toEqual(old);
  expect(filesIn(complete)).toEqual({ ...old, 'stacks/lake/cdk.tf.json': 'killed', 'stacks/lake/extra': 'killed' });
});

test('of two synths into one folder, the second is refused', async () => {
  const output = folderWith({});
  let second: unknown;
  await publish(output, (folder) => {
    second = publish(output, () => ok('second'));
    write(folder, now);
    return ok('first');
  });
  expect(await second).toMatchObject({ ok: false, error: [{ code: 'synth-in-progress' }] });
  expect([filesIn(output), existsSync(join(output, '.a2o-synth.lock'))]).toEqual([now, false]);
});
