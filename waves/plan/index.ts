export type { TargetCapacity } from './capacity.js';
export { nameConflicts } from './name-conflicts.js';
export { planWaves } from './plan-waves.js';
export type { PlannedWave, WavePlan } from './plan-waves.js';
