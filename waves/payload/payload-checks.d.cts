import type { ValidateFunction } from 'ajv';
import type { Payload } from './payload.js';

// Compiled from payload.schema.json by scripts/validators.mjs.
declare const checks: { readonly payload: ValidateFunction<Payload> };
export = checks;
