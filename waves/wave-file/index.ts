export { cellPlace } from './cell-place.js';
export type { WaveProblem } from './problem.js';
export { readWaveFile } from './read-wave-file.js';
export type { ReadMachine, ReadWaves } from './read-wave-file.js';
export type { Estimates, Limits, Price, SubnetLimits, Wave, WaveFile } from './wave-file.js';
