import { expect, test } from '@jest/globals';
import { identifier, listedName, literal } from '../../core/sql-text.js';

test('quotes are doubled in identifiers and literals', () => {
  expect(identifier('he said "no"')).toBe('"he said ""no"""');
  expect(literal("o'brien")).toBe("'o''brien'");
});

test('information_schema lists names in lower case, however the mapping writes them', () => {
  expect(listedName("Sales_O'Brien")).toBe("'sales_o''brien'");
});
