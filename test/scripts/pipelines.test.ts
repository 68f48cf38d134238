import { describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cli } from '../support/run-cli.js';
import { run } from '../support/terraform.js';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'examples', 'pipelines');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe.each(readdirSync(folder))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const commands = commandsOf(parse(text, { merge: true }));

  test('goes from assessment to apply, in this order', () => {
    const places = [
      'assess glue-catalog',
      'aws2openstack plan',
      'cdktf synth',
      'validate',
      ' plan -input',
      'cdktf deploy',
    ].map((part) => commands.findIndex((command) => command.includes(part)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('names only commands and options of aws2openstack that exist', async () => {
    const calls = commands.flatMap((command) =>
      [...command.matchAll(/npx aws2openstack ([^|&;]+)/g)].map(([, rest = '']) => rest),
    );
    expect(calls.length).toBeGreaterThanOrEqual(3);
    for (const call of calls) {
      const words = call.trim().split(/\s+/);
      const subcommand = words.slice(0, ['assess', 'mappings'].includes(words[0] ?? '') ? 2 : 1);
      const { code, stdout } = await cli([...subcommand, '--help']);
      expect([call, code]).toEqual([call, 0]);
      expect(stdout).toContain(`Usage: aws2openstack ${subcommand.join(' ')} `);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(option);
    }
  });

  test('names only commands and options of cdktf that exist', async () => {
    const calls = commands.flatMap((command) =>
      [...command.matchAll(/npx cdktf ([^|&;]+)/g)].map(([, rest = '']) => rest),
    );
    expect(calls.length).toBeGreaterThanOrEqual(2);
    for (const call of calls) {
      const [subcommand = '', ...words] = call.trim().split(/\s+/);
      const { output } = await run('cdktf', [subcommand, '--help']);
      expect(output).toContain(`cdktf ${subcommand}`);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(output).toContain(option);
    }
  });

  test('names only npm scripts and make targets that exist', () => {
    const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
    for (const command of commands) {
      for (const [, script = ''] of command.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty(script);
      for (const [, target = ''] of command.matchAll(/\bmake (\S+)/g))
        expect(makefile).toMatch(new RegExp(`^${target}:`, 'm'));
    }
  });

  test('holds no secret, uses OIDC and a gate that a person opens', () => {
    expect(text).not.toMatch(
      /AKIA|BEGIN [A-Z ]*PRIVATE KEY|aws_secret_access_key|(password|secret)\s*[:=]\s*['"]?[A-Za-z0-9+/]{8,}/i,
    );
    expect(text).toMatch(/id-token: write|id_tokens:/);
    expect(text).toMatch(/environment: openstack/);
  });
});

/** Every shell line of every job, in the order of the file. */
function commandsOf(pipeline: unknown): string[] {
  if (Array.isArray(pipeline)) return pipeline.flatMap(commandsOf);
  if (typeof pipeline !== 'object' || pipeline === null) return [];
  return Object.entries(pipeline).flatMap(([key, value]: [string, unknown]) =>
    key === 'run' || key === 'script' ? lines(value) : commandsOf(value),
  );
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(lines);
  return typeof value === 'string' ? value.split('\n') : [];
}
