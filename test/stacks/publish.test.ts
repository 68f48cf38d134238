import { expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ok } from '../../core/result.js';
import { publish } from '../../stacks/publish.js';
import { markName, readMark } from '../../core/synth-mark.js';

const inputs = { assessment: 'a', mapping: 'm' };

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
    entries
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const;
      })
      .filter(([path]) => path !== markName),
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
  const done = await publish(output, inputs, (folder) => {
    write(folder, now);
    // Nothing is visible before all is written.
    expect(readFileSync(join(output, 'manifest.json'), 'utf8')).toBe('old');
    return ok('done');
  });
  expect(done).toEqual({ ok: true, value: { value: 'done', status: 'written', edited: [] } });
  expect(filesIn(output)).toEqual({ ...now, ...theirs });
});

test('a synth that fails in the middle leaves the old Terraform whole', async () => {
  const output = folderWith(old);
  const failing = publish(output, inputs, (folder) => {
    write(folder, { 'stacks/lake/cdk.tf.json': 'half' });
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(filesIn(output)).toEqual(old);
});

test('what a synth that was killed before it was complete has left is removed by the next', async () => {
  const rest = { '.a2o-synth/new/stacks/lake/cdk.tf.json': 'killed', '.a2o-synth/new/stacks/lake/extra': 'killed' };
  const output = folderWith({ ...old, ...rest });
  await publish(output, inputs, () => ({ ok: false, error: [] }));
  expect(filesIn(output)).toEqual(old);
  expect(existsSync(join(output, '.a2o-synth'))).toBe(false);
});

test('the mark says what each stack was generated from; stacks of other synths stay, with theirs', async () => {
  const output = folderWith({});
  await publish(output, { settings: 'prod' }, (folder) => {
    write(folder, { 'manifest.json': 'prod', 'stacks/prod/cdk.tf.json': 'prod' });
    return ok('');
  });
  await publish(output, { settings: 'dev' }, (folder) => {
    write(folder, { 'manifest.json': 'dev', 'stacks/dev/cdk.tf.json': 'dev', 'stacks/dev/code/x.zip': 'x' });
    return ok('');
  });
  expect(Object.keys(filesIn(output)).sort()).toEqual([
    'manifest.json',
    'stacks/dev/cdk.tf.json',
    'stacks/dev/code/x.zip',
    'stacks/prod/cdk.tf.json',
  ]);
  const stacks = readMark(output)?.stacks ?? {};
  expect(Object.entries(stacks).map(([name, mark]) => [name, mark.inputs, Object.keys(mark.files)])).toEqual([
    ['dev', { settings: 'dev' }, ['cdk.tf.json', 'code/x.zip']],
    ['prod', { settings: 'prod' }, ['cdk.tf.json']],
  ]);
  expect(stacks['dev']?.inputsSha256).not.toBe(stacks['prod']?.inputsSha256);
});

test('files that the last synth wrote and this one does not are removed; files of others beside them stay', async () => {
  const output = folderWith({});
  await publish(output, inputs, (folder) => {
    write(folder, old);
    return ok('');
  });
  write(output, { 'stacks/lake/registration/notes.txt': 'mine' });
  await publish(output, inputs, (folder) => {
    write(folder, { 'manifest.json': 'new', 'stacks/lake/cdk.tf.json': 'new' });
    return ok('');
  });
  expect(filesIn(output)).toEqual({
    'manifest.json': 'new',
    'stacks/lake/cdk.tf.json': 'new',
    'stacks/lake/registration/notes.txt': 'mine',
  });
});

test('the same output is not written again; a file that was changed by hand is replaced, and named', async () => {
  const output = folderWith({});
  const synth = () =>
    publish(output, inputs, (folder) => {
      write(folder, now);
      return ok('');
    });
  const outcome = async () => {
    const done = await synth();
    return done.ok ? { status: done.value.status, edited: done.value.edited } : done;
  };
  expect(await outcome()).toEqual({ status: 'written', edited: [] });
  expect(await outcome()).toEqual({ status: 'unchanged', edited: [] });
  write(output, { 'stacks/lake/cdk.tf.json': 'by hand' });
  expect(await outcome()).toEqual({ status: 'written', edited: ['stacks/lake/cdk.tf.json'] });
  expect(filesIn(output)).toEqual(now);
});

test('of two synths into one folder, the second is refused', async () => {
  const output = folderWith({});
  let second: unknown;
  await publish(output, inputs, (folder) => {
    second = publish(output, inputs, () => ok('second'));
    write(folder, now);
    return ok('first');
  });
  expect(await second).toMatchObject({ ok: false, error: [{ code: 'synth-in-progress' }] });
  expect([filesIn(output), existsSync(join(output, '.a2o-synth.lock'))]).toEqual([now, false]);
});
