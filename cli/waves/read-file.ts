import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { parseYaml } from '../../mappings/language/yaml-source.js';
import { readWaveFile } from '../../waves/wave-file/index.js';
import type { ReadMachine, WaveFile, WaveProblem } from '../../waves/wave-file/index.js';

export interface OpenedWaves {
  readonly file: WaveFile;
  readonly machines: readonly ReadMachine[];
  readonly warnings: readonly Diagnostic[];
  /** Adds file, line and column. */
  readonly located: (problem: WaveProblem) => Diagnostic;
}

/** Reads a wave file and the CSV files that it names; everything that is wrong in them is reported with its line. */
export function openWaveFile(file: string): Result<OpenedWaves> {
  const text = textOf(file);
  if ('problem' in text) return fail([unreadable(file, text.problem)]);
  const source = parseYaml({ file, text: text.text });
  if (!source.ok) return source;
  const yaml = source.value;
  const folder = dirname(file);
  const located = ({ code, severity, path, ofKey, csv, message, fix }: WaveProblem): Diagnostic =>
    diagnostic({
      code,
      severity,
      path: `/${path.join('/')}`,
      message,
      fix,
      at:
        csv === undefined
          ? yaml.positionOf(path, ofKey === true ? 'key' : 'value')
          : { ...csv, file: join(folder, csv.file) },
    });
  const read = readWaveFile(yaml.value, (name) => {
    const csv = textOf(join(folder, name));
    return 'problem' in csv ? { problem: `The file ${name} cannot be read (${csv.problem}).` } : csv;
  });
  const problems = read.problems.map(located);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || read.file === undefined) return fail(problems);
  return ok({ file: read.file, machines: read.machines, warnings: problems, located });
}

function textOf(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { problem: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function unreadable(file: string, code: string): Diagnostic {
  return diagnostic({
    code: 'wave-file',
    path: file,
    message: `The wave file cannot be read (${code}).`,
    fix: 'Give the path of a YAML file; docs/waves.md describes it, and examples/waves/waves.yaml is one.',
  });
}
