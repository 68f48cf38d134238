import type { ValidateFunction } from 'ajv';
import type { WaveFile } from './wave-file.js';

// Compiled from wave.schema.json by scripts/validators.mjs.
declare const checks: { readonly waves: ValidateFunction<WaveFile> };
export = checks;
