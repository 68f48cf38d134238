import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { writeFileAtomically } from '../core/atomic-file.js';
import type { Measurement } from './measure.js';

// Runs every *.bench.ts, or those whose names contain an argument, and writes docs/benchmarks.md when all ran.
const wanted = process.argv.slice(2);
const files = globSync('bench/**/*.bench.ts')
  .sort()
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));

const measurements = files.flatMap(runFile);
const table = [
  '| benchmark | measure | value | baseline | ratio | bound | |',
  '|---|---|---:|---:|---:|---:|---|',
  ...measurements.map(
    ({ name, measure, value, baseline, ratio, bound }) =>
      `| ${[name, measure, ...[value, baseline, ratio, bound].map(figure), ratio <= bound ? 'holds' : '**broken**'].join(' | ')} |`,
  ),
].join('\n');
process.stdout.write(`${table}\n`);

if (wanted.length === 0) {
  writeFileAtomically(
    'docs/benchmarks.md',
    `# Benchmarks\n\nWritten by \`npm run bench\`. Value and baseline come from one run, side by side; machines differ, so read the ratios.\nThis run: ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.\n\n${table}\n`,
  );
}
if (measurements.some(({ ratio, bound }) => ratio > bound)) process.exitCode = 1;

function runFile(file: string): (Measurement & { readonly ratio: number })[] {
  process.stderr.write(`${file}\n`);
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`${file} ended with ${run.status ?? run.signal ?? 'an error'}`);
  return (
    run.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Measurement & { readonly ratio: number })
      // Figures without anything to hold them against are for the terminal.
      .filter(({ ratio, bound }) => typeof ratio === 'number' && typeof bound === 'number')
  );
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}
