import { planWaves } from '../../waves/plan/index.js';
import type { Limits } from '../../waves/wave-file/index.js';
import { failed, printDiagnostics } from '../io.js';
import type { CliIo, ExitCode } from '../io.js';
import { describePlan } from './plan-view.js';
import { openWaveFile } from './read-file.js';
import type { OpenedWaves } from './read-file.js';
import { waveServices } from './services.js';

export async function showPlan(name: string, { json }: { readonly json: boolean }, io: CliIo): Promise<ExitCode> {
  const opened = openWaveFile(name);
  if (!opened.ok) return failed(io, opened.error);
  const { file, machines, warnings, located } = opened.value;
  const limits = await freeAtTarget(opened.value);
  const plan = planWaves(file, machines, limits);
  const conflicts = plan.conflicts.map(located);
  printDiagnostics(io, [...warnings, ...conflicts]);
  io.stdout.write(json ? `${JSON.stringify({ kind: 'WavesPlan', ...plan, conflicts })}\n` : describePlan(plan));
  return conflicts.length === 0 ? 0 : 1;
}

/** What the target says; what the file says of it goes first. */
async function freeAtTarget({ machines }: OpenedWaves): Promise<Limits> {
  const { capacity } = waveServices();
  if (capacity === null) return {};
  const question = {
    subnetIds: [...new Set(machines.map(({ payload }) => payload.subnetId))],
    instanceTypes: [...new Set(machines.map(({ payload }) => payload.instanceType))],
  };
  return await capacity.read(question, AbortSignal.timeout(60_000));
}
