import { nestedSheets } from './nested-sheets.js';
import { numberSheets } from './number-sheets.js';
import { oddSheets } from './odd-sheets.js';
import type { Sheet } from './sheet.js';
import { textSheets } from './text-sheets.js';
import { timeSheets } from './time-sheets.js';

/** The value cases of the corpus. Ids are unique in all of them. */
export const sheets: readonly Sheet[] = [...textSheets, ...numberSheets, ...timeSheets, ...nestedSheets, ...oddSheets];
