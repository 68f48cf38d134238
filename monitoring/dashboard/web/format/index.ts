import { formatsFor } from './values.js';

export const { number, percent, bytes, rate, seconds, time, day } = formatsFor();
export { words } from './values.js';
