import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countChanges, packDigests } from '../../state/repositories/table-digests.js';

const lake = fc.dictionary(fc.string(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxKeys: 30 });
const pack = (tables: Readonly<Record<string, bigint>>): Buffer =>
  packDigests(Object.entries(tables).map(([table_name, print]) => ({ table_name, fingerprint: print.toString() })));

test('counts by digests are what comparing name by name gives', () => {
  fc.assert(
    fc.property(lake, lake, lake, (common, before, after) => {
      const [old, now] = [
        { ...common, ...before },
        { ...common, ...after },
      ];
      const names = Object.keys(old);
      expect(countChanges(pack(old), pack(now))).toEqual({
        added: Object.keys(now).filter((name) => !Object.hasOwn(old, name)).length,
        removed: names.filter((name) => !Object.hasOwn(now, name)).length,
        changed: names.filter((name) => Object.hasOwn(now, name) && old[name] !== now[name]).length,
      });
    }),
  );
});
