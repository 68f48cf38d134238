import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentName } from '../../../stacks/waves/settings.js';
import { failed } from '../../io.js';
import type { CliIo, ExitCode } from '../../io.js';
import { readSettings } from './read-settings.js';
import { describeWritten } from './view.js';

export interface WavesSynthOptions {
  readonly environment: EnvironmentName;
  readonly settings: string;
  readonly output: string;
  readonly json: boolean;
}

export async function synthWaves(
  { environment, settings: file, output, json }: WavesSynthOptions,
  io: CliIo,
): Promise<ExitCode> {
  const settings = readSettings(file, environment);
  if (!settings.ok) return failed(io, settings.error);
  // cdktf and its bindings are not loaded when the settings are wrong.
  const { functionNames, writeWaves } = await import('../../../stacks/waves/index.js');
  const code = Object.fromEntries(functionNames.map((name) => [name, readBundle(name)])) as Record<
    (typeof functionNames)[number],
    Uint8Array
  >;
  const written = await writeWaves({ settings: settings.value, environment, code }, resolve(output));
  if (!written.ok) return failed(io, written.error);
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'WavesSynth', environment, folder: output, stacks: written.value })}\n`
      : describeWritten(output, environment, written.value),
  );
  return 0;
}

/** `npm run build` bundles the functions; the packed artefact holds them. */
function readBundle(name: string): Uint8Array {
  // The same folder for the sources and for what they are compiled to.
  const here = import.meta.url.replace(/\/dist\/cli\/waves\/synth\//, '/cli/waves/synth/');
  return readFileSync(fileURLToPath(new URL(`../../../dist/lambda/${name}.mjs`, here)));
}
