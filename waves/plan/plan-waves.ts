import type { Estimates, Limits, Price, ReadMachine, Wave, WaveFile, WaveProblem } from '../wave-file/index.js';
import { capacityConflicts } from './capacity-conflicts.js';
import { cutoverLevels } from './cutover-levels.js';
import { outsideChanges } from './outside-changes.js';
import type { OutsideChange } from './outside-changes.js';

/** The inputs of the figures. */
export interface PlanInputs extends Required<Omit<Estimates, 'price'>> {
  readonly price: Required<Price> | null;
}

export interface PlannedWave {
  readonly name: string;
  readonly machines: number;
  readonly applications: number;
  readonly gb: number;
  /** Until the last copy is complete, when nothing else uses the bandwidth. */
  readonly copyHours: number;
  /** Of all cutovers, in the order of their applications, as many at once as the wave allows. */
  readonly cutoverHours: number;
  /** Null without prices. */
  readonly cost: number | null;
}

export interface WavePlan {
  readonly inputs: PlanInputs;
  readonly waves: readonly PlannedWave[];
  readonly totals: Omit<PlannedWave, 'name'>;
  /** Why it would fail after it has started. */
  readonly conflicts: readonly WaveProblem[];
  /** DNS records and records of a CMDB that cutovers change. */
  readonly outside: readonly OutsideChange[];
}

const defaults = { diskGb: 60, bandwidthMbitPerSecond: 1000, launchMinutes: 15, parallelDays: 7 };
const daysOfMonth = 365 / 12;

/** Duration, cost and conflicts of a wave file. Pure; `limits` is what the target was found to have. */
export function planWaves(file: WaveFile, machines: readonly ReadMachine[], limits: Limits): WavePlan {
  const inputs = inputsOf(file.estimates ?? {});
  const planned = file.waves.map((wave) => planWave(wave, ofWave(machines, wave), inputs));
  const known = { ...limits, ...file.limits };
  return {
    inputs,
    waves: planned.map(({ wave }) => wave),
    totals: totalsOf(planned.map(({ wave }) => wave)),
    outside: outsideChanges(machines),
    conflicts: [
      ...planned.flatMap(({ cutoverHours }, index) => windowConflicts(file.waves[index], index, cutoverHours)),
      ...capacityConflicts(file, machines, known, inputs.diskGb),
    ],
  };
}

function inputsOf({ price, ...given }: Estimates): PlanInputs {
  return { ...defaults, ...given, price: price === undefined ? null : { perGbTransferred: 0, ...price } };
}

function ofWave(machines: readonly ReadMachine[], { name }: Wave): readonly ReadMachine[] {
  return machines.filter(({ payload }) => payload.wave === name);
}

function planWave(
  wave: Wave,
  machines: readonly ReadMachine[],
  inputs: PlanInputs,
): { readonly wave: PlannedWave; readonly cutoverHours: number } {
  const gb = machines.reduce((sum, { diskGb }) => sum + (diskGb ?? inputs.diskGb), 0);
  const copyHours = (gb * 8000) / inputs.bandwidthMbitPerSecond / 3600;
  const atOnce = wave.concurrency?.cutovers ?? Infinity;
  const rounds = cutoverLevels(wave, machines).reduce(
    (sum, count) => sum + Math.ceil(count / Math.min(atOnce, count)),
    0,
  );
  const cutoverHours = (rounds * inputs.launchMinutes) / 60;
  return {
    cutoverHours,
    wave: {
      name: wave.name,
      machines: machines.length,
      applications: wave.applications.length,
      gb,
      copyHours,
      cutoverHours,
      cost: inputs.price === null ? null : costOf(inputs.price, machines.length, gb, copyHours, inputs.parallelDays),
    },
  };
}

/** Transfer, the copies until they are removed, and the machines while both sides run. */
function costOf(price: Required<Price>, machines: number, gb: number, copyHours: number, parallelDays: number): number {
  const copyDays = copyHours / 24 + parallelDays;
  return (
    gb * price.perGbTransferred +
    (gb * price.perGbMonth * copyDays) / daysOfMonth +
    machines * price.perMachineHour * 24 * parallelDays
  );
}

function totalsOf(waves: readonly PlannedWave[]): WavePlan['totals'] {
  const sum = (of: (wave: PlannedWave) => number): number => waves.reduce((total, wave) => total + of(wave), 0);
  return {
    machines: sum(({ machines }) => machines),
    applications: sum(({ applications }) => applications),
    gb: sum(({ gb }) => gb),
    copyHours: sum(({ copyHours }) => copyHours),
    cutoverHours: sum(({ cutoverHours }) => cutoverHours),
    cost: waves.some(({ cost }) => cost === null) ? null : sum(({ cost }) => cost ?? 0),
  };
}

/** A cutover may start within a window only; those for which it is too short wait for the next. */
function windowConflicts(wave: Wave | undefined, index: number, cutoverHours: number): readonly WaveProblem[] {
  const { windows, name = '' } = wave ?? {};
  if (windows === undefined) return [];
  const hours = windows.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / 3_600_000, 0);
  if (cutoverHours <= hours) return [];
  return [
    {
      code: 'wave-window-short',
      severity: 'error',
      path: ['waves', index, 'windows'],
      message: `The cutovers of ${name} take ${cutoverHours.toFixed(1)} h, and its windows have ${hours.toFixed(1)} h.`,
      fix: 'Add a window, raise concurrency.cutovers, or move machines into another wave.',
    },
  ];
}
