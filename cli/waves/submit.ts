import { diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import { submitWaves } from '../../state/index.js';
import type { NewSubmittedWave } from '../../state/index.js';
import { useStore } from '../../state/store/use-store.js';
import { planWaves } from '../../waves/plan/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { openWaveFile } from './read-file.js';
import type { OpenedWaves } from './read-file.js';

export interface SubmitOptions {
  readonly dryRun: boolean;
  readonly wave: readonly string[];
  readonly by: string;
  readonly json: boolean;
}

/** Queues the machines of a file, all or none. Conflicts that the file itself shows are refused. */
export async function submitFile(
  name: string,
  { dryRun, wave: wanted, by, json }: SubmitOptions,
  io: CliIo,
): Promise<ExitCode> {
  const opened = openWaveFile(name);
  if (!opened.ok) return failed(io, opened.error);
  const { file, machines, warnings, located } = opened.value;
  const unknown = wanted.filter((one) => file.waves.every((wave) => wave.name !== one));
  if (unknown.length > 0)
    return failed(
      io,
      unknown.map((one) =>
        unknownWave(
          one,
          file.waves.map((wave) => wave.name),
        ),
      ),
    );
  const conflicts = planWaves(file, machines, {}).conflicts.map(located);
  if (conflicts.length > 0) return failed(io, conflicts);
  printDiagnostics(io, warnings);
  const waves = submissions(opened.value, wanted, by);
  if (!dryRun) {
    const stored = await useStore(io.env, { access: 'write', command: 'waves submit' }, async (state) => {
      await submitWaves(state, waves);
      return ok(undefined);
    });
    if (!stored.ok) return failed(io, stored.error);
  }
  const shown = waves.map((wave) => ({ name: wave.name, machines: wave.messages.length }));
  const verb = dryRun ? 'would be submitted' : 'submitted';
  io.stdout.write(
    json
      ? `${JSON.stringify({ kind: 'WavesSubmitted', dryRun, waves: shown })}\n`
      : shown
          .map((wave) => `${wave.name}: ${wave.machines} ${wave.machines === 1 ? 'machine' : 'machines'} ${verb}\n`)
          .join(''),
  );
  return 0;
}

function submissions(
  { file, machines }: OpenedWaves,
  wanted: readonly string[],
  by: string,
): readonly NewSubmittedWave[] {
  return file.waves
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map((wave) => ({
      name: wave.name,
      document: wave,
      submittedBy: by,
      messages: machines
        .filter(({ payload }) => payload.wave === wave.name)
        .map(({ payload }) => JSON.stringify(payload)),
    }));
}

function unknownWave(name: string, known: readonly string[]): ReturnType<typeof diagnostic> {
  return diagnostic({
    code: 'wave-unknown',
    message: `The file has no wave '${name}'.`,
    fix: `Set --wave to one of ${known.join(', ')}.`,
  });
}
