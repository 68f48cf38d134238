import { formatsFor } from './values.js';

export const { number, percent, bytes, rate, seconds, time, day } = formatsFor();
export { printableLines, words } from './values.js';
