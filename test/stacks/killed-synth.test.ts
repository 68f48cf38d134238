import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { filesBelow } from '../../core/swap-files.js';
import { inputHashes, planFromFiles } from '../../mappings/index.js';
import { writeTerraform } from '../../stacks/index.js';
import { valueOf } from '../support/assess-run.js';
import { childArguments } from '../support/processes.js';

/** How often a synth is killed. */
const kills = Number(process.env['A2O_KILLS'] ?? 20);
const demo = 'examples/demo';
const mappings = ['default', 'everything-to-iceberg'];
/** Longer than one synth of the demo takes, so that every moment of one is hit. */
const longestWaitMs = 600;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-killed-synth-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Path → content of what Terraform and people find in the output. */
function contents(output: string): Record<string, string> {
  const paths = filesBelow(output).filter((path) => !path.startsWith('.a2o-') && existsSync(join(output, path)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(output, path), 'latin1')]));
}

async function synthesize(mapping: string, output: string): Promise<Record<string, string>> {
  const planned = valueOf(await planFromFiles({ assessment: demo, mapping }));
  valueOf(await writeTerraform(planned.plan, output, inputHashes(planned)));
  return contents(output);
}

async function killSynth(output: string): Promise<void> {
  const child = spawn(process.execPath, childArguments('synth-child.ts', demo, output, ...mappings), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await delay(Math.random() * longestWaitMs);
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

test(
  `a synth killed at ${kills} random moments leaves the old output or the new one whole, and the state beside it`,
  async () => {
    const output = join(folder, 'out');
    const whole = [];
    for (const mapping of mappings) whole.push(await synthesize(mapping, join(folder, mapping)));
    expect(whole[0]).not.toEqual(whole[1]);
    await synthesize(mappings[0] ?? '', output);
    const state = join('stacks', 'lakehouse', 'terraform.tfstate');
    writeFileSync(join(output, state), '{}');
    for (let kill = 0; kill < kills; kill += 1) {
      await killSynth(output);
      const { [state]: kept, ...found } = contents(output);
      expect(kept).toBe('{}');
      expect(whole).toContainEqual(found);
    }
    // The next synth removes what the killed ones have left.
    const { [state]: kept, ...found } = await synthesize(mappings[1] ?? '', output);
    expect([kept, found]).toEqual(['{}', whole[1]]);
    expect(filesBelow(output).filter((path) => path.startsWith('.a2o-'))).toEqual([]);
  },
  kills * 15_000,
);
