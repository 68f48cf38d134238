import type { Register } from './program.js';

export const registerAssess: Register = () => undefined;
