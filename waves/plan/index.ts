export type { CapacityQuestion, TargetCapacity } from './capacity.js';
export { planWaves } from './plan-waves.js';
export type { PlanInputs, PlannedWave, WavePlan } from './plan-waves.js';
