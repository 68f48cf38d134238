import { diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { MigrationError } from '../../waves/machines/index.js';
import { nameConflicts, planWaves } from '../../waves/plan/index.js';
import type { Limits, ReadMachine, WaveProblem } from '../../waves/wave-file/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { waveDns } from './dns.js';
import { describePlan } from './plan-view.js';
import { openWaveFile } from './read-file.js';
import { waveServices } from './services.js';

export async function showPlan(name: string, { json }: { readonly json: boolean }, io: CliIo): Promise<ExitCode> {
  const opened = openWaveFile(name);
  if (!opened.ok) return failed(io, opened.error);
  const { file, machines, warnings, located } = opened.value;
  const limits = await freeAtTarget(machines, io.env);
  if (!limits.ok) return failed(io, limits.error);
  const plan = planWaves(file, machines, limits.value);
  const names = await namesThatStay(machines, io.env);
  if (!names.ok) return failed(io, names.error);
  const all = [...plan.conflicts, ...names.value];
  const conflicts = all.map(located);
  printDiagnostics(io, [...warnings, ...conflicts]);
  io.stdout.write(
    json ? `${JSON.stringify({ kind: 'WavesPlan', ...plan, conflicts })}\n` : describePlan({ ...plan, conflicts: all }),
  );
  return conflicts.length === 0 ? 0 : 1;
}

/** Asked from the DNS service where one is set up, and not checked otherwise. */
async function namesThatStay(
  machines: readonly ReadMachine[],
  env: CliIo['env'],
): Promise<Result<readonly WaveProblem[]>> {
  if (machines.every(({ payload }) => payload.dns === undefined)) return ok([]);
  const dns = waveDns(env);
  if (!dns.ok) return dns;
  const { service, close } = dns.value;
  try {
    return ok(service === undefined ? [] : await nameConflicts(service, machines, AbortSignal.timeout(300_000)));
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return fail([
      diagnostic({
        code: 'wave-dns-unknown',
        message: `The DNS service could not be read: ${error.message}`,
        fix: 'Correct A2O_WAVES_DNS and the credentials, or unset it to plan without the check.',
      }),
    ]);
  } finally {
    await close();
  }
}

/** The limits of the target; those in the file take precedence. */
async function freeAtTarget(machines: readonly ReadMachine[], env: CliIo['env']): Promise<Result<Limits>> {
  const found = waveServices(env);
  if (!found.ok) return found;
  const { capacity, close } = found.value;
  if (capacity === null) return ok({});
  const question = {
    subnetIds: [...new Set(machines.map(({ payload }) => payload.subnetId))],
    instanceTypes: [...new Set(machines.map(({ payload }) => payload.instanceType))],
  };
  try {
    return ok(await capacity.read(question, AbortSignal.timeout(60_000)));
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return fail([
      diagnostic({
        code: 'wave-capacity-unknown',
        message: `${capacity.name} does not report its free capacity: ${error.message}`,
        fix: 'Correct the setting that the message names, or state the free capacity under `limits` of the wave file.',
      }),
    ]);
  } finally {
    await close();
  }
}
