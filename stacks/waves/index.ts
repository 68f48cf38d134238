export { functionNames } from './functions.js';
export type { EnvironmentName, WavesSettings } from './settings.js';
export type { FunctionCode } from './waves-stack.js';
export { writeWaves } from './write-waves.js';
