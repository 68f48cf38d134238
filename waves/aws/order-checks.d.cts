import type { ValidateFunction } from 'ajv';
import type { OrderMessage } from './read-message.js';

// Compiled from order-message.schema.json by scripts/validators.mjs.
declare const checks: { readonly message: ValidateFunction<OrderMessage> };
export = checks;
